import { expect, test } from 'vitest'
import { newId } from './new-id.ts'

const timeDigits = 10

test('ids of the same millisecond are unpredictable', () => {
  const ids = Array.from({ length: 1000 }, () => newId('conv').slice('conv_'.length))

  expect(new Set(ids).size).toBe(1000)
  // A counter would only change the last characters.
  const similar = ids.filter(
    (id, index) => id.slice(timeDigits, -3) === ids[index - 1]?.slice(timeDigits, -3),
  )
  expect(similar).toEqual([])
})

test('an id of a later millisecond sorts after earlier ones', async () => {
  const first = newId('user')
  const start = Date.now()
  while (Date.now() === start) await Promise.resolve()

  expect(newId('user') > first).toBe(true)
})
