import { expect, test } from 'vitest'
import { splitText } from './split-text.ts'

test('a text of ordinary length stays one', () => {
  expect(splitText('one\ntwo')).toEqual(['one\ntwo'])
})

test('a very long text is taken apart between its lines, and nothing of it is lost', () => {
  const text = 'a line of the log\n'.repeat(10_000)

  const pieces = splitText(text)

  expect(pieces.length).toBeGreaterThan(10)
  expect(pieces.join('\n')).toBe(text)
})

test('one endless line is left whole', () => {
  expect(splitText('w'.repeat(100_000))).toHaveLength(1)
})
