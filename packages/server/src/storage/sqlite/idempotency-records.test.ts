import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createIdempotencyRecords } from './idempotency-records.ts'
import { prepareSchema } from './schema.ts'

const dayMs = 24 * 60 * 60 * 1000

function open() {
  const database = new DatabaseSync(':memory:')
  prepareSchema(database)
  const count = () =>
    Number(database.prepare('SELECT count(*) AS count FROM idempotency_records').get()?.['count'])
  return { records: createIdempotencyRecords(database), count }
}

test('a record is found for one day', () => {
  const { records } = open()
  records.save([1, 'key', 'fingerprint', 'ref'], 1000)

  expect(records.find(1, 'key', 1000 + dayMs - 1)).toEqual({ fingerprint: 'fingerprint', resourceRef: 'ref' })
  expect(records.find(1, 'key', 1000 + dayMs)).toBeUndefined()
  expect(records.find(2, 'key', 1000)).toBeUndefined()
  expect(records.find(1, 'other', 1000)).toBeUndefined()
})

test('a key can be reused after a day, and saving a record removes expired ones', () => {
  const { records, count } = open()
  for (const key of ['a', 'b', 'c', 'd']) records.save([1, key, 'old', 'old'], 0)

  records.save([1, 'a', 'new', 'new'], dayMs)
  expect(records.find(1, 'a', dayMs)).toEqual({ fingerprint: 'new', resourceRef: 'new' })
  records.save([1, 'e', 'new', 'new'], dayMs)

  expect(count()).toBe(2)
})
