import { expect, test } from 'vitest'
import { newId } from './new-id.ts'

const timeDigits = 10

test('of ids made in the same millisecond none gives another', () => {
  const ids = Array.from({ length: 1000 }, () => newId('conv').slice('conv_'.length))

  expect(new Set(ids).size).toBe(1000)
  // A counter changes the last characters alone.
  const neighbours = ids.filter(
    (id, index) => id.slice(timeDigits, -3) === ids[index - 1]?.slice(timeDigits, -3),
  )
  expect(neighbours).toEqual([])
})

test('an id that was made in a later millisecond sorts behind', async () => {
  const first = newId('user')
  const start = Date.now()
  while (Date.now() === start) await Promise.resolve()

  expect(newId('user') > first).toBe(true)
})
