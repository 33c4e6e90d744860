import { createChat } from '@parley/core'
import { expect, test } from 'vitest'
import { createConnector, sessionOf } from '../src/session/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { observe } from './observe.ts'

function createStorage(entries: Record<string, string>) {
  const map = new Map(Object.entries(entries))
  return {
    entries: map,
    getItem: (name: string) => map.get(name),
    setItem: (name: string, value: string) => map.set(name, value),
    removeItem: (name: string) => map.delete(name),
  }
}

/** A format that a later version of this package may write. */
const newer = '{"version":2,"value":{"any":"thing"}}'

test.each(['unknown', '{"id":"c1"}', 'null', '../c1?x#y', newer, '{"version":1,"value":"unknown"}'])(
  'a stored current conversation that does not exist is replaced by the most recent one: %s',
  async (stored) => {
    await using service = await startFakeHostedService()
    service.postMessage('c1', 'bob', 'before')
    const storage = createStorage({ [`parley:conversation:${service.url}:me`]: stored })
    const { id$, messages$ } = sessionOf(await connectUser(service, 'me'), { storage }).conversation()

    const [id, messages] = [observe(id$), observe(messages$)]
    await until(() => id.latest === 'c1' && messages.latest?.length === 1)

    expect(getTexts(messages.latest ?? [])).toEqual(['before'])
    for (const observed of [id, messages]) observed.stop()
  },
)

test.each(['c1', '{"version":1,"value":"c1"}'])(
  'a stored current conversation is restored from both formats: %s',
  async (stored) => {
    await using service = await startFakeHostedService()
    service.postMessage('c1', 'bob', 'before')
    service.postMessage('c2', 'bob', 'newer')
    const name = `parley:conversation:${service.url}:me`
    const storage = createStorage({ [name]: stored })
    const { id$ } = sessionOf(await connectUser(service, 'me'), { storage }).conversation()

    const id = observe(id$)
    await until(() => id.latest !== undefined)
    await until(() => storage.entries.get(name) === '{"version":1,"value":"c1"}')

    expect(id.latest).toBe('c1')
    id.stop()
  },
)

/** A page of the user `me` that does not connect. */
function openPage(url: string, storage: ReturnType<typeof createStorage>) {
  const claims = btoa(JSON.stringify({ id: 'me' }))
  const chat = { ...createChat({ url }), connect: () => new Promise<never>(() => {}) }
  const { session, state$ } = createConnector(chat, { userKey: `x.${claims}.x`, storage })
  return { session, connecting: observe(state$) }
}

const url = 'http://127.0.0.1:9/demo'

test.each(['{"text":"old"}', 'null', '[]', '\u0000', '{"version":"1"}'])(
  'any stored draft without a version is restored as text, and upgraded by the next change: %s',
  async (stored) => {
    const name = `parley:draft:${url}:me:c1`
    const storage = createStorage({ [name]: stored })
    const { session, connecting } = openPage(url, storage)
    const draft = session.draft('c1')

    const state = observe(draft.state$)
    await until(() => draft.state.text !== '')
    expect(draft.state.text).toBe(stored)
    draft.setText('new')
    await until(() => storage.entries.get(name)?.includes('new') === true)

    expect(JSON.parse(storage.entries.get(name) ?? '')).toEqual({ version: 1, value: 'new' })
    for (const observed of [state, connecting]) observed.stop()
  },
)

test('a draft in the format of a newer version counts as empty and is not overwritten', async () => {
  const name = `parley:draft:${url}:me:c1`
  const storage = createStorage({ [name]: newer, [`parley:draft:${url}:me:c2`]: 'other' })
  const { session, connecting } = openPage(url, storage)
  const states = [observe(session.draft('c1').state$), observe(session.draft('c2').state$)]
  await until(() => session.draft('c2').state.text === 'other')

  expect(session.draft('c1').state.text).toBe('')
  session.draft('c1').setText('typed')
  session.draft('c2').setText('')
  await until(() => storage.entries.size === 1)

  expect(storage.entries.get(name)).toBe(newer)
  expect(session.draft('c1').state.text).toBe('typed')
  for (const observed of [...states, connecting]) observed.stop()
})

test.each(['[["c1"]]', '[[null,7]]', '[[{},{}]]', '[{"id":"c1","readTo":"x"}]', '{"c1":"2026"}', newer])(
  'stored read markers of another format do not break the inbox: %s',
  async (stored) => {
    await using service = await startFakeHostedService()
    service.postMessage('c1', 'bob', 'before')
    const storage = createStorage({ [`parley:read:${service.url}:me`]: stored })
    const { inbox } = sessionOf(await connectUser(service, 'me'), { storage })
    inbox.setVisible(['c1'])

    const conversations = observe(inbox.conversations$)
    await until(() => conversations.latest?.[0]?.unread !== undefined)

    expect(conversations.latest).toMatchObject([{ id: 'c1', unread: 0 }])
    conversations.stop()
  },
)
