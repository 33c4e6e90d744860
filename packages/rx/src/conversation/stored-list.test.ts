import { expect, test } from 'vitest'
import { createOutboxPersistence } from './outbox-persistence.ts'
import { createStoredList } from './stored-list.ts'

/** A storage with one item. */
function createStorage(initial: string) {
  const storage = {
    text: initial as string | undefined,
    getItem: () => storage.text,
    setItem: (_: string, text: string) => void (storage.text = text),
    removeItem: () => void (storage.text = undefined),
  }
  return storage
}

const message = { key: 'k1', payload: { type: 'text', text: 'Hello' }, isStarted: true } as const

test.each(['', '{}', 'null', '7', '"text"', 'not JSON', '[null]', '[1]'])(
  'invalid content counts as an empty list: %s',
  async (text) => {
    expect(await createStoredList(createStorage(text), 'name').read()).toEqual([])
    expect(await createOutboxPersistence(createStorage(text), 'name').load()).toEqual([])
  },
)

test('outbox entries of another format are dropped on reading and removed on writing', async () => {
  const garbage = [
    {},
    { id: 'k0', text: 'old' },
    { key: 1, payload: {} },
    { key: 'k2' },
    { key: 'k3', payload: 'x' },
  ]
  const storage = createStorage(JSON.stringify([...garbage, message, [], 'text']))
  const persistence = createOutboxPersistence(storage, 'name')

  expect(await persistence.load()).toEqual([message])
  await persistence.save([], new Set())

  expect(storage.text).toBeUndefined()
})

test('entries of other tabs are kept on writing', async () => {
  const storage = createStorage(JSON.stringify([message]))

  await createOutboxPersistence(storage, 'name').save([], new Set())

  expect(JSON.parse(storage.text ?? '')).toEqual([message])
})
