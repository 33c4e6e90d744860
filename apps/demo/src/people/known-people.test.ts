import { expect, test } from 'vitest'
import { createKnownPeople } from './known-people.ts'

test('people are found again by a later page', () => {
  const storage = createStorage()
  createKnownPeople(storage, 'me').remember([{ id: 'ada', name: 'Ada' }, { id: 'ben' }])

  const later = createKnownPeople(storage, 'me')

  expect(later.find('ada')).toEqual({ id: 'ada', name: 'Ada' })
  expect(later.find('ben')).toEqual({ id: 'ben' })
  expect(createKnownPeople(storage, 'other').find('ada')).toBeUndefined()
})

test('the most recent 500 people are kept', () => {
  const storage = createStorage()
  const people = createKnownPeople(storage, 'me')

  people.remember(Array.from({ length: 600 }, (_, index) => ({ id: `user-${index}` })))

  expect(people.find('user-99')).toBeUndefined()
  expect(people.find('user-100')).toEqual({ id: 'user-100' })
})

test.each(['', '{', 'null', '{"a":1}', '[1,null,{"id":2},{"name":"x"}]'])(
  '%j in the storage counts as empty',
  (text) => {
    const storage = createStorage()
    storage.setItem('parley-demo:people:me', text)

    expect(createKnownPeople(storage, 'me').find('x')).toBeUndefined()
  },
)

function createStorage() {
  const values = new Map<string, string>()
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  }
}
