import { createChat } from '@parley/core'
import { expect, test } from 'vitest'
import { resolveStorage } from './resolve-storage.ts'

test('a storage is accessed on first use, and again after the access has thrown', async () => {
  const entries = new Map([['name', 'stored']])
  let accesses = 0
  const storage = resolveStorage(() => {
    if (++accesses === 1) throw new DOMException('The document is sandboxed.', 'SecurityError')
    return {
      getItem: (name: string) => entries.get(name),
      setItem: (name: string, value: string) => entries.set(name, value),
    }
  })

  expect(accesses).toBe(0)
  expect(storage?.getItem('name')).toBeUndefined()
  expect(storage?.getItem('name')).toBe('stored')
  storage?.setItem('name', 'new')
  storage?.removeItem('name')
  expect(entries.get('name')).toBe('new')
})

test('without an option, there is no storage', () => {
  expect(resolveStorage(undefined)).toBeUndefined()
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
