import { expect, test } from 'vitest'
import { createSession, sessionOf } from '../src/session/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

function createStorage(entries: Record<string, string>) {
  const map = new Map(Object.entries(entries))
  return {
    getItem: (name: string) => map.get(name),
    setItem: (name: string, value: string) => map.set(name, value),
    removeItem: (name: string) => map.delete(name),
  }
}

test.each(['unknown', '{"id":"c1"}', 'null', '../c1?x#y'])(
  'a stored current conversation that does not exist is replaced by the most recent one: %s',
  async (stored) => {
    await using service = await startFakeHostedService()
    service.postMessage('c1', 'bob', 'before')
    const storage = createStorage({ [`parley:conversation:${service.url}:me`]: stored })
    const { state } = sessionOf(await connectUser(service, 'me'), { storage }).conversation(undefined)

    const stop = state.subscribe(() => {})
    await until(() => state.get().id === 'c1' && state.get().messages.length === 1)

    expect(getTexts(state.get().messages)).toEqual(['before'])
    stop()
  },
)

test.each(['{"text":"old"}', 'null', '[]', '\u0000'])(
  'any stored draft is restored as text: %s',
  async (stored) => {
    const url = 'http://127.0.0.1:9/demo'
    const storage = createStorage({ [`parley:draft:${url}:me:c1`]: stored })
    const session = createSession(undefined, { storage, url })
    session.expectOwner('me')
    const draft = session.draft('c1')

    const stop = draft.subscribe(() => {})
    await until(() => draft.get().text !== '')

    expect(draft.get().text).toBe(stored)
    stop()
  },
)

test.each(['[["c1"]]', '[[null,7]]', '[[{},{}]]', '[{"id":"c1","readTo":"x"}]', '{"c1":"2026"}'])(
  'stored read markers of another format do not break the inbox: %s',
  async (stored) => {
    await using service = await startFakeHostedService()
    service.postMessage('c1', 'bob', 'before')
    const storage = createStorage({ [`parley:read:${service.url}:me`]: stored })
    const { inbox } = sessionOf(await connectUser(service, 'me'), { storage })
    inbox.setVisible({}, ['c1'])

    const stop = inbox.state.subscribe(() => {})
    await until(() => inbox.state.get().conversations?.[0]?.unread !== undefined)

    expect(inbox.state.get().conversations).toMatchObject([{ id: 'c1', unread: 0 }])
    stop()
  },
)
