import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { toMutableMap, finishMap, lookUp, lookUpMutable, type LayeredMap } from './layered-map.ts'

const changes = array(array(integer({ min: 0, max: 200 }), { maxLength: 20 }), { maxLength: 200 })

test('a layered map behaves like a map, has few layers, and never changes earlier versions', () => {
  assert(
    property(changes, (batches) => {
      let map: LayeredMap<number> = []
      const model = new Map<string, number>()
      const versions: [LayeredMap<number>, Map<string, number>][] = []
      for (const [index, keys] of batches.entries()) {
        const mutable = toMutableMap(map)
        for (const key of keys) {
          mutable.changes.set(`${key}`, index)
          model.set(`${key}`, index)
          expect(lookUpMutable(mutable, `${key}`)).toBe(index)
        }
        map = finishMap(mutable)
        versions.push([map, new Map(model)])
      }

      for (const [version, expected] of versions)
        for (let key = 0; key <= 200; key++) expect(lookUp(version, `${key}`)).toBe(expected.get(`${key}`))
      expect(map.length).toBeLessThanOrEqual(9)
    }),
    { numRuns: 50 },
  )
})

test('a map without changes is the same map', () => {
  const mutable = toMutableMap([new Map([['a', 1]])])

  expect(finishMap(mutable)).toBe(mutable.layers)
})
