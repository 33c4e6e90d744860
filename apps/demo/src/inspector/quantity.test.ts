import { expect, test } from 'vitest'
import { clockText, countText, durationText, sizeText } from './quantity.ts'

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_234, '1.2 s'],
  [59_000, '59 s'],
  [125_000, '2 min 5 s'],
])('%i ms read as %s', (ms, text) => expect(durationText(ms)).toBe(text))

test.each([
  [0, '0 B'],
  [1_234, '1.2 kB'],
  [3_400_000, '3.4 MB'],
])('%i bytes read as %s', (bytes, text) => expect(sizeText(bytes)).toBe(text))

test('one is not many', () => {
  expect(countText(1, 'message')).toBe('1 message')
  expect(countText(0, 'message')).toBe('0 messages')
  expect(countText(2, 'reply', 'replies')).toBe('2 replies')
})

test('a time has its milliseconds', () => {
  expect(clockText(new Date(2026, 10, 22, 9, 4, 31, 7).getTime())).toBe('09:04:31.007')
})
