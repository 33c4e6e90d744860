import { expect, test } from 'vitest'
import { readServerSettings, writeServerSettings, type ServerSettings } from './server-settings.ts'

test.each<ServerSettings>([
  { server: { url: 'http://127.0.0.1:3000/demo' } },
  { server: { webhookId: '0f3c2f1e' }, userKey: 'a.b.c' },
])('reads the stored settings: %j', (settings) => {
  const storage = createStorage()

  writeServerSettings(settings, storage)

  expect(readServerSettings(storage)).toEqual(settings)
})

test('returns to the default server when the settings are removed', () => {
  const storage = createStorage()
  writeServerSettings({ server: { url: 'http://127.0.0.1:3000/demo' } }, storage)

  writeServerSettings(undefined, storage)

  expect(readServerSettings(storage)).toBeUndefined()
})

test.each(['', '{', 'null', '{}', '{"server":{"url":1}}', '[]'])('ignores %j in the storage', (text) => {
  expect(readServerSettings({ getItem: () => text })).toBeUndefined()
})

function createStorage() {
  const entries = new Map<string, string>()
  return {
    getItem: (name: string) => entries.get(name) ?? null,
    setItem: (name: string, value: string) => void entries.set(name, value),
    removeItem: (name: string) => void entries.delete(name),
  }
}
