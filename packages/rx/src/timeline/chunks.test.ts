import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import {
  flatten,
  hasItem,
  insertItem,
  removeItem,
  type Chunks,
  comparePositions,
  type Position,
} from './chunks.ts'

const createItem = (number: number): Position => ({
  createdAt: `${1_000_000 + number}`,
  id: `${number}`,
})

test('chunks hold the same items as an ordered array after any insertions and removals', () => {
  assert(
    property(array(integer({ min: 0, max: 400 }), { maxLength: 1_500, size: 'max' }), (numbers) => {
      let chunks: Chunks<Position> = []
      const model = new Map<number, Position>()
      for (const number of numbers) {
        const existing = model.get(number)
        expect(existing !== undefined && hasItem(chunks, existing)).toBe(existing !== undefined)
        if (existing) {
          chunks = removeItem(chunks, existing)
          model.delete(number)
        } else {
          const added = createItem(number)
          chunks = insertItem(chunks, added)
          model.set(number, added)
        }
      }

      expect(flatten(chunks)).toEqual([...model.values()].toSorted(comparePositions))
      expect(chunks.every((chunk) => chunk.length > 0 && chunk.length <= 256)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test.each([
  ['items arrive oldest first', (index: number) => index],
  ['items arrive newest first', (index: number) => 10_000 - index],
])('chunks that grow at one end are full: %s', (_, getNumber) => {
  let chunks: Chunks<Position> = []
  for (let index = 0; index < 10_000; index++) chunks = insertItem(chunks, createItem(getNumber(index)))

  expect(chunks).toHaveLength(Math.ceil(10_000 / 256))
})

test('a change does not affect the previous list', () => {
  const [first, second, third] = [createItem(1), createItem(2), createItem(3)]
  const previous = [first, third].reduce(insertItem<Position>, [])

  insertItem(previous, second)
  removeItem(previous, first)

  expect(flatten(previous)).toEqual([first, third])
})
