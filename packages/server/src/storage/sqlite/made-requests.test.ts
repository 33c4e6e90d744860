import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createMadeRequests } from './made-requests.ts'
import { prepareSchema } from './schema.ts'

const dayMs = 24 * 60 * 60 * 1000

function open() {
  const database = new DatabaseSync(':memory:')
  prepareSchema(database)
  const count = () => Number(database.prepare('SELECT count(*) AS count FROM made').get()?.['count'])
  return { requests: createMadeRequests(database), count }
}

test('what a request made is found for a day', () => {
  const { requests } = open()
  requests.keep([1, 'key', 'body', 'ref'], 1000)

  expect(requests.find(1, 'key', 1000 + dayMs - 1)).toEqual({ body: 'body', ref: 'ref' })
  expect(requests.find(1, 'key', 1000 + dayMs)).toBeUndefined()
  expect(requests.find(2, 'key', 1000)).toBeUndefined()
  expect(requests.find(1, 'other', 1000)).toBeUndefined()
})

test('a key is free again after a day, and what is old goes as new ones come', () => {
  const { requests, count } = open()
  for (const key of ['a', 'b', 'c', 'd']) requests.keep([1, key, 'old', 'old'], 0)

  requests.keep([1, 'a', 'new', 'new'], dayMs)
  expect(requests.find(1, 'a', dayMs)).toEqual({ body: 'new', ref: 'new' })
  requests.keep([1, 'e', 'new', 'new'], dayMs)

  expect(count()).toBe(2)
})
