import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { draftMap, finishMap, lookUp, lookUpDraft, type LayeredMap } from './layered-map.ts'

const changes = array(array(integer({ min: 0, max: 200 }), { maxLength: 20 }), { maxLength: 200 })

test('a layered map equals a map, has few layers, and never changes former versions', () => {
  assert(
    property(changes, (batches) => {
      let map: LayeredMap<number> = []
      const model = new Map<string, number>()
      const versions: [LayeredMap<number>, Map<string, number>][] = []
      for (const [index, names] of batches.entries()) {
        const draft = draftMap(map)
        for (const name of names) {
          draft.changes.set(`${name}`, index)
          model.set(`${name}`, index)
          expect(lookUpDraft(draft, `${name}`)).toBe(index)
        }
        map = finishMap(draft)
        versions.push([map, new Map(model)])
      }

      for (const [version, expected] of versions)
        for (let name = 0; name <= 200; name++)
          expect(lookUp(version, `${name}`)).toBe(expected.get(`${name}`))
      expect(map.length).toBeLessThanOrEqual(9)
    }),
    { numRuns: 50 },
  )
})

test('a map without changes is the same map', () => {
  const draft = draftMap([new Map([['a', 1]])])

  expect(finishMap(draft)).toBe(draft.layers)
})
