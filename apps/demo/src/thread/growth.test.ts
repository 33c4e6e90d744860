import { expect, test } from 'vitest'
import { firstStep, isPrepended } from './growth.ts'
import type { Row } from './rows.ts'

const rowsOf = (keys: string): Row[] => keys.split('').map((key) => ({ message: { key } }) as Row)
const keysOf = (rows: readonly Row[]): string => rows.map(({ message }) => message.key).join('')

test.each([
  ['cde', 'abcde', true],
  ['cde', 'cdef', false],
  ['cde', 'abcdef', false],
  ['cde', 'cde', false],
  ['', 'abc', false],
])('from %j to %j older ones alone came: %j', (before, after, expected) => {
  expect(isPrepended(rowsOf(before), rowsOf(after))).toBe(expected)
})

test.each([
  ['cde', 'abcdefg', 'abcde'],
  ['cde', 'abcde', 'abcde'],
  ['cde', 'cdefg', 'cdefg'],
  ['', 'abc', 'abc'],
  // The last one is gone, or all of them: there is no place to keep.
  ['cde', 'abcdf', 'abcdf'],
  ['cde', 'wxyz', 'wxyz'],
])('from %j to %j, %j is shown first', (before, after, expected) => {
  expect(keysOf(firstStep(rowsOf(before), rowsOf(after)))).toBe(expected)
})
