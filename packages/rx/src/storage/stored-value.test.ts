import { createChat } from '@parley/core'
import { expect, test } from 'vitest'
import { createOutboxPersistence } from '../conversation/outbox-persistence.ts'
import { createStoredList, createStoredText } from './stored-value.ts'

/** A storage with one item. */
function createStorage(initial?: string) {
  const storage = {
    text: initial,
    getItem: () => storage.text,
    setItem: (_: string, text: string) => void (storage.text = text),
    removeItem: () => void (storage.text = undefined),
  }
  return storage
}

const message = { key: 'k1', payload: { type: 'text', text: 'Hello' }, isStarted: true } as const

test('values are stored with the version of their format', async () => {
  const storage = createStorage()

  await createStoredText(storage, 'name').write('half a sentence')
  expect(storage.text).toBe('{"version":1,"value":"half a sentence"}')
  expect(await createStoredText(storage, 'name').read()).toBe('half a sentence')
  await createStoredList<object>(storage, 'name').update(() => [{ key: 'k1' }])
  expect(storage.text).toBe('[{"version":1},{"key":"k1"}]')

  expect(await createStoredList(storage, 'name').read()).toEqual([{ key: 'k1' }])
})

test.each(['half a sentence', 'null', '{"text":"old"}', '[1]', '7'])(
  'a text without a version is read as it is, and stored with a version by the next write: %s',
  async (text) => {
    const storage = createStorage(text)
    const stored = createStoredText(storage, 'name')

    expect(await stored.read()).toBe(text)
    await stored.write(`${text}!`)

    expect(JSON.parse(storage.text ?? '')).toEqual({ version: 1, value: `${text}!` })
  },
)

test('a list without a version is read, and stored with a version by the next update', async () => {
  const storage = createStorage(JSON.stringify([message]))
  const stored = createStoredList(storage, 'name')

  expect(await stored.read()).toEqual([message])
  await stored.update((items) => [...items, { key: 'k2' }])

  expect(JSON.parse(storage.text ?? '')).toEqual([{ version: 1 }, message, { key: 'k2' }])
})

test.each(['{"version":2,"value":{"ids":["c1"]}}', '[{"version":2},{"key":"k1"}]'])(
  'the format of a newer version counts as empty and is not overwritten: %s',
  async (newer) => {
    const storage = createStorage(newer)
    const text = createStoredText(storage, 'name')
    const list = createStoredList<object>(storage, 'name')

    expect(await list.read()).toEqual([])
    await list.update(() => [{ key: 'k1' }])

    expect(storage.text).toBe(newer)
    if (newer.startsWith('[')) return
    expect(await text.read()).toBe('')
    await text.write('new')
    expect(storage.text).toBe(newer)
    expect(await text.read()).toBe('new')
  },
)

test.each(['', '{}', 'null', '7', '"text"', 'not JSON', '[null]', '[1]', '{"version":1,"value":{}}'])(
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

  expect(JSON.parse(storage.text ?? '')).toEqual([{ version: 1 }, message])
})

test('a storage is accessed on first use, and again after the access has thrown', async () => {
  const storage = createStorage('stored')
  let accesses = 0
  const stored = createStoredText(() => {
    if (++accesses === 1) throw new DOMException('The document is sandboxed.', 'SecurityError')
    return storage
  }, 'name')

  expect(accesses).toBe(0)
  expect(await stored.read()).toBe('')
  expect(await stored.read()).toBe('stored')
  await stored.write('')

  expect(storage.text).toBeUndefined()
})

test('without a storage, a text is kept in memory', async () => {
  const stored = createStoredText(undefined, 'name')

  await stored.write('typed')

  expect(await stored.read()).toBe('typed')
})

test('connecting accesses the storage only to load the guest', async () => {
  let isAccessed = false
  const chat = createChat({
    url: 'http://127.0.0.1:9/demo',
    retry: { attempts: 1 },
    fetch: () => Promise.reject(new TypeError('refused')),
  })
  const connecting = chat.connect({
    storage() {
      isAccessed = true
      throw new DOMException('The document is sandboxed.', 'SecurityError')
    },
  })

  await expect(connecting).rejects.toMatchObject({ type: 'NetworkFailed' })
  expect(isAccessed).toBe(true)
})
