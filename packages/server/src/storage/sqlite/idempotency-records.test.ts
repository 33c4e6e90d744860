import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createIdempotencyRecords } from './idempotency-records.ts'
import { prepareSchema } from './schema.ts'

const dayMs = 24 * 60 * 60 * 1000

function open() {
  const database = new DatabaseSync(':memory:')
  prepareSchema(database)
  const count = () => Number(database.prepare('SELECT count(*) AS count FROM made').get()?.['count'])
  return { requests: createIdempotencyRecords(database), count }
}

test('what a request made is found for a day', () => {
  const { requests } = open()
  requests.save([1, 'key', 'body', 'ref'], 1000)

  expect(requests.find(1, 'key', 1000 + dayMs - 1)).toEqual({ fingerprint: 'body', resourceRef: 'ref' })
  expect(requests.find(1, 'key', 1000 + dayMs)).toBeUndefined()
  expect(requests.find(2, 'key', 1000)).toBeUndefined()
  expect(requests.find(1, 'other', 1000)).toBeUndefined()
})

test('a key is free again after a day, and what is old goes as new ones come', () => {
  const { requests, count } = open()
  for (const key of ['a', 'b', 'c', 'd']) requests.save([1, key, 'old', 'old'], 0)

  requests.save([1, 'a', 'new', 'new'], dayMs)
  expect(requests.find(1, 'a', dayMs)).toEqual({ fingerprint: 'new', resourceRef: 'new' })
  requests.save([1, 'e', 'new', 'new'], dayMs)

  expect(count()).toBe(2)
})
