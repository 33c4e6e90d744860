import { expect, test } from 'vitest'
import { createKnownPeople } from './participant-cache.ts'

test('finds people that an earlier page has stored', () => {
  const storage = createStorage()
  createKnownPeople(storage, 'me').add([{ id: 'ada', name: 'Ada' }, { id: 'ben' }])

  const reloaded = createKnownPeople(storage, 'me')

  expect(reloaded.find('ada')).toEqual({ id: 'ada', name: 'Ada' })
  expect(reloaded.find('ben')).toEqual({ id: 'ben' })
  expect(createKnownPeople(storage, 'other').find('ada')).toBeUndefined()
})

test('keeps the most recent 500 people', () => {
  const storage = createStorage()
  const people = createKnownPeople(storage, 'me')

  people.add(Array.from({ length: 600 }, (_, index) => ({ id: `user-${index}` })))

  expect(people.find('user-99')).toBeUndefined()
  expect(people.find('user-100')).toEqual({ id: 'user-100' })
})

test.each(['', '{', 'null', '{"a":1}', '[1,null,{"id":2},{"name":"x"}]'])(
  'ignores %j in the storage',
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
