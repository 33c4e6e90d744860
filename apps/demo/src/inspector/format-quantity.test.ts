import { expect, test } from 'vitest'
import { formatTime, formatCount, formatDuration, formatSize } from './format-quantity.ts'

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_234, '1.2 s'],
  [59_000, '59 s'],
  [125_000, '2 min 5 s'],
])('formats %i ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

test.each([
  [0, '0 B'],
  [1_234, '1.2 kB'],
  [3_400_000, '3.4 MB'],
])('formats %i bytes as %s', (bytes, text) => expect(formatSize(bytes)).toBe(text))

test('uses the singular for 1 only', () => {
  expect(formatCount(1, 'message')).toBe('1 message')
  expect(formatCount(0, 'message')).toBe('0 messages')
  expect(formatCount(2, 'reply', 'replies')).toBe('2 replies')
})

test('formats a time with milliseconds', () => {
  expect(formatTime(new Date(2026, 10, 22, 9, 4, 31, 7).getTime())).toBe('09:04:31.007')
})
