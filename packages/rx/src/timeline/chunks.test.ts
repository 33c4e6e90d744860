import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { flatten, hasItem, insertItem, removeItem, type Chunks } from './chunks.ts'
import { compare, type Position } from './position.ts'

const item = (number: number): Position => ({ createdAt: `${1_000_000 + number}`, id: `${number}` })

test('chunks hold the same items as an ordered array after any insertions and removals', () => {
  assert(
    property(array(integer({ min: 0, max: 400 }), { maxLength: 1_500, size: 'max' }), (numbers) => {
      let chunks: Chunks<Position> = []
      const model = new Map<number, Position>()
      for (const number of numbers) {
        const known = model.get(number)
        expect(known !== undefined && hasItem(chunks, known)).toBe(known !== undefined)
        if (known) {
          chunks = removeItem(chunks, known)
          model.delete(number)
        } else {
          const added = item(number)
          chunks = insertItem(chunks, added)
          model.set(number, added)
        }
      }

      expect(flatten(chunks)).toEqual([...model.values()].toSorted(compare))
      expect(chunks.every((chunk) => chunk.length > 0 && chunk.length <= 256)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test.each([
  ['the newest last', (index: number) => index],
  ['the oldest last', (index: number) => 10_000 - index],
])('chunks that grow at one end are full: %s', (_, numberOf) => {
  let chunks: Chunks<Position> = []
  for (let index = 0; index < 10_000; index++) chunks = insertItem(chunks, item(numberOf(index)))

  expect(chunks).toHaveLength(Math.ceil(10_000 / 256))
})

test('a change leaves the former list unchanged', () => {
  const [one, two, three] = [item(1), item(2), item(3)]
  const former = [one, three].reduce(insertItem<Position>, [])

  insertItem(former, two)
  removeItem(former, one)

  expect(flatten(former)).toEqual([one, three])
})
