import { expect, test } from 'vitest'
import { truncate, splitGraphemes } from './wrap-text.ts'
import { wrapText } from './wrap-text.ts'

test.for([
  ['', 10, ['']],
  ['short', 10, ['short']],
  ['one two three', 7, ['one two', 'three']],
  ['one two  three', 8, ['one two', 'three']],
  ['unbreakable', 4, ['unbr', 'eaka', 'ble']],
  ['a unbreakable', 6, ['a', 'unbrea', 'kable']],
  ['two\n\nlines', 10, ['two', '', 'lines']],
  ['  kept indent', 20, ['  kept indent']],
  ['世界世界世', 4, ['世界', '世界', '世']],
  ['世界世', 5, ['世界', '世']],
  ['ab 世界', 4, ['ab', '世界']],
  ['abc世界', 5, ['abc世', '界']],
  ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 4, ['👩‍👩‍👧👩‍👩‍👧', '👩‍👩‍👧']],
  ['éé é', 2, ['éé', 'é']],
  ['exactly ten', 11, ['exactly ten']],
] as const)('%j wraps in %d columns', ([text, width, rows]) => {
  expect(wrapText(text, { width })).toEqual(rows)
})

test('the first row is shorter by the columns that are already used', () => {
  expect(wrapText('one two three', { width: 7, firstRowUsed: 3 })).toEqual(['one', 'two', 'three'])
  expect(wrapText('unbreakable word', { width: 12, firstRowUsed: 5 })).toEqual(['', 'unbreakable', 'word'])
  expect(wrapText('one\ntwo', { width: 7, firstRowUsed: 3 })).toEqual(['one', 'two'])
})

test('no row exceeds the width, and only spaces are dropped', () => {
  const words = ['a', 'word', '世界', '👩‍👩‍👧', 'é', 'incomprehensibilities', '-', 'x世y']
  for (let seed = 0; seed < 400; seed++) {
    const text = Array.from(
      { length: 12 },
      (_, index) => words[(seed * (index + 3) + index * index) % words.length],
    ).join(seed % 3 === 0 ? '' : ' ')
    const width = 2 + (seed % 17)
    const rows = wrapText(text, { width })

    expect(Math.max(...rows.map(getWidth)), `${text} in ${width}`).toBeLessThanOrEqual(width)
    expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
  }
})

test.for([
  ['short', 5, 'short'],
  ['longer', 5, 'long…'],
  ['世界世', 5, '世界…'],
  ['世界世', 4, '世…'],
  ['', 3, ''],
] as const)('%j is truncated to %d columns', ([line, width, expected]) => {
  expect(truncate(line, width)).toBe(expected)
})

function getWidth(text: string): number {
  return splitGraphemes(text).reduce((sum, { width }) => sum + width, 0)
}
