import { expect, test } from 'vitest'
import { splitText } from './text-payload.tsx'

test('does not split a text of ordinary length', () => {
  expect(splitText('one\ntwo')).toEqual(['one\ntwo'])
})

test('splits a very long text between lines, and keeps all of it', () => {
  const text = 'a line of the log\n'.repeat(10_000)

  const pieces = splitText(text)

  expect(pieces.length).toBeGreaterThan(10)
  expect(pieces.join('\n')).toBe(text)
})

test('does not split a single very long line', () => {
  expect(splitText('w'.repeat(100_000))).toHaveLength(1)
})
