import { expect, test } from 'vitest'
import { inputRows } from './live-rows.ts'

test.for([
  ['', 0, ['> '], { row: 0, column: 2 }],
  ['hello', 5, ['> hello'], { row: 0, column: 7 }],
  ['hello', 2, ['> hello'], { row: 0, column: 4 }],
  ['12345678', 8, ['> 12345678', '  '], { row: 1, column: 2 }],
  ['1234567890', 9, ['> 12345678', '  90'], { row: 1, column: 3 }],
  ['世界世界世', 5, ['> 世界世界', '  世'], { row: 1, column: 4 }],
  ['x世界世界', 5, ['> x世界世', '  界'], { row: 1, column: 4 }],
  ['a\u001B[2Jb\tc', 8, ['> a [2Jb c', '  '], { row: 1, column: 2 }],
] as const)('%j with the cursor at %d', ([line, cursor, rows, position]) => {
  const input = inputRows(line, { cursor, width: 10, maxRows: 5 })

  expect(input.rows.map((row) => row.map(({ text }) => text).join(''))).toEqual(rows)
  expect(input.cursor).toEqual(position)
})

test('a line that is too long scrolls to keep its cursor visible', () => {
  const line = 'aaaaaaaabbbbbbbbccccccccdddd'
  const layOut = (cursor: number): unknown => {
    const input = inputRows(line, { cursor, width: 10, maxRows: 2 })
    return [input.rows.map((row) => row.map(({ text }) => text).join('')), input.cursor.row]
  }

  expect(layOut(28)).toEqual([['  cccccccc', '  dddd'], 1])
  expect(layOut(10)).toEqual([['  bbbbbbbb', '  cccccccc'], 0])
  expect(layOut(0)).toEqual([['> aaaaaaaa', '  bbbbbbbb'], 0])
})
