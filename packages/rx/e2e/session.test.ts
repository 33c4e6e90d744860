import { createChat, type ChatError } from '@parley/core'
import { expect, test } from 'vitest'
import { createFakeClock, type FakeClock } from '../../core/e2e/fake-clock.ts'
import { createConnector, createEmptySession, sessionOf, type SessionOptions } from '../src/session/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { observe } from './observe.ts'

test('a conversation is one for all callers, and disconnects after the last subscriber leaves', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const me = await connectUser(service, 'me')
  const { messages$, connection$, send } = sessionOf(me, {
    options: { disconnectDelayMs: 20 },
  }).conversation('c1')
  const messages = observe(messages$)
  const again = observe(sessionOf(me).conversation('c1').messages$)
  const connection = observe(connection$)
  await until(() => connection.latest?.isSynced === true)

  const sending = send({ type: 'text', text: 'Hello' })
  expect(messages.latest).toMatchObject([{ status: 'sent' }, { status: 'sending' }])
  expect(again.latest).toBe(messages.latest)
  await sending

  expect(getTexts(messages.latest ?? [])).toEqual(['before', 'Hello'])
  expect(service.streamsOpened).toBe(1)
  for (const observed of [messages, again, connection]) observed.stop()
  await until(() => service.openStreams === 0)
})

test('connecting is retried after network failures, and at once on retry', async () => {
  await using service = await startFakeHostedService()
  service.isDown = true
  const chat = createChat({ url: service.url, retry: { attempts: 1 } })
  const { state$, retry } = createConnector(chat, { userKey: 'me' })
  const state = observe(state$)
  await until(() => state.latest?.error !== undefined)
  expect(state.latest).toMatchObject({ state: 'connecting', error: { type: 'NetworkFailed' } })

  service.isDown = false
  retry()
  await until(() => state.latest?.state === 'connected')

  expect(state.latest?.user?.user.id).toBe('me')
  state.stop()
})

test('reconnectNow of a conversation skips the backoff of connecting', async () => {
  await using service = await startFakeHostedService()
  service.isDown = true
  const chat = createChat({ url: service.url, retry: { attempts: 1 } })
  const { state$, session } = createConnector(chat, { userKey: 'me' })
  const state = observe(state$)
  await until(() => state.latest?.error !== undefined)

  service.isDown = false
  session.conversation('c1').reconnectNow()
  await until(() => state.latest?.state !== 'connecting')

  expect(state.latest?.state).toBe('connected')
  state.stop()
})

test('before the user is connected, messages are queued and other actions wait', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'older')
  service.isDown = true
  const chat = createChat({ url: service.url, retry: { attempts: 1 } })
  const { state$, retry, session } = createConnector(chat, { userKey: 'me' })
  const state = observe(state$)
  const { messages$, send, sendEvent, loadOlder, deleteMessage } = session.conversation('c1')
  const messages = observe(messages$)

  const actions = [send({ type: 'text', text: 'queued' }), sendEvent({ type: 'wave' }), loadOlder()]
  const deletion = deleteMessage('nowhere').catch((error: ChatError) => error.type)
  await until(() => state.latest?.error !== undefined)
  expect(messages.latest).toMatchObject([{ status: 'sending' }])
  service.isDown = false
  retry()
  await Promise.all(actions)

  expect(await deletion).toMatch(/NotFound|Forbidden/)
  await until(() => messages.latest?.every(({ status }) => status === 'sent') === true)
  expect(getTexts(messages.latest ?? [])).toEqual(['older', 'queued'])
  for (const observed of [state, messages]) observed.stop()
})

test('if connecting fails permanently, waiting actions reject with the reason', async () => {
  const chat = {
    ...createChat({ url: 'http://127.0.0.1:9' }),
    connect: () => Promise.reject(new Error('odd')),
  }
  const { state$, session } = createConnector(chat)
  const { stop, loadOlder, sendEvent } = session.conversation('c1')
  const waiting = [stop(), loadOlder(), sendEvent({}), session.inbox.create()].map((action) =>
    action.catch((error: Error) => error.message),
  )
  const state = observe(state$)
  await until(() => state.latest?.state === 'failed')

  expect(state.latest?.error?.message).toBe('odd')
  expect(await Promise.all(waiting)).toEqual(['odd', 'odd', 'odd', 'odd'])
  state.stop()
})

test('actions of a session that no user connects to reject', async () => {
  const session = createEmptySession()
  const { stop, send, deleteMessage } = session.conversation()

  expect(session.canSend).toBe(false)
  for (const action of [
    stop(),
    send({ type: 'text', text: 'Hello' }),
    deleteMessage('m1'),
    session.inbox.create(),
  ])
    await expect(action).rejects.toMatchObject({ type: 'Unavailable' })
})

test('without a current conversation, stop and loadOlder have no effect, and other actions reject', async () => {
  await using service = await startFakeHostedService()
  const session = sessionOf(await connectUser(service, 'me'))
  const { stop, loadOlder, deleteMessage, leave } = session.conversation()

  await stop()
  await loadOlder()
  await expect(deleteMessage('m1')).rejects.toMatchObject({ type: 'ResourceNotFound' })
  await expect(leave()).rejects.toMatchObject({ type: 'ResourceNotFound' })
})

interface Visit {
  clock: FakeClock
  session: ReturnType<typeof sessionOf>
  released: string[]
  visit: () => Promise<void>
}

async function openSession(service: FakeHostedService, options: SessionOptions = {}): Promise<Visit> {
  const clock = createFakeClock()
  const session = sessionOf(await connectUser(service, 'me'), { ...options, options: { clock } })
  const released: string[] = []
  session.released$.subscribe((id) => released.push(id))
  async function visit(): Promise<void> {
    const connection = observe(session.conversation('c1').connection$)
    await until(() => connection.latest?.isSynced === true)
    connection.stop()
    const { gcTimeMs = 300_000 } = options
    await until(() => clock.waits.includes(gcTimeMs))
  }
  return { clock, session, released, visit }
}

test.each([300_000, 7_000])('an unused conversation keeps its state for gcTimeMs: %s', async (gcTimeMs) => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const { clock, session, released, visit } = await openSession(
    service,
    gcTimeMs === 300_000 ? {} : { gcTimeMs },
  )
  await visit()
  const conversation = session.conversation('c1')
  const opened = conversation.getOpened()

  clock.advance(gcTimeMs - 1)
  await visit()
  expect(conversation.getOpened()).toBe(opened)
  expect(released).toEqual([])
  clock.advance(gcTimeMs)
  await until(() => service.openStreams === 0)

  expect(released).toEqual(['c1'])
  expect(conversation.getOpened()).not.toBe(opened)
  // An old reference, such as that of a composer, and a new one are the same.
  expect(session.conversation('c1')).toBe(conversation)
  const messages = observe(conversation.messages$)
  await until(() => messages.latest?.length === 1)
  void conversation.send({ type: 'text', text: 'Hello' })
  expect(getTexts(messages.latest ?? [])).toEqual(['before', 'Hello'])
  messages.stop()
})

test('a conversation that was only used for an action is released as well, after its message was sent', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const { clock, session, released } = await openSession(service)

  const sending = session.conversation('c1').send({ type: 'text', text: 'Hello' })
  clock.advance(300_000)
  expect(released).toEqual([])
  await sending

  await until(() => released.length === 1)
  expect(released).toEqual(['c1'])
})

test('a conversation with a pending message is not closed', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const { clock, session, released } = await openSession(service)
  const { messages$, send } = session.conversation('c1')
  const messages = observe(messages$)
  await until(() => messages.latest?.length === 1)
  service.scriptOutcomes('rejected')
  await expect(send({ type: 'text', text: 'Hello' })).rejects.toMatchObject({ name: 'ChatError' })

  messages.stop()
  await until(() => clock.waits.includes(300_000))
  clock.advance(300_000)
  const again = observe(messages$)

  expect(released).toEqual([])
  expect(again.latest).toMatchObject([{ status: 'sent' }, { status: 'failed' }])
  again.stop()
})

test('a conversation id may be the name of an object property', () => {
  expect(createEmptySession({ initialMessages: {} }).initialMessages('constructor')).toEqual([])
})

test('a draft is sent and cleared, and one that fails stays in its conversation', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const session = sessionOf(await connectUser(service, 'me'))
  const draft = session.draft('c1')
  const states = observe(draft.state$)
  const messages = observe(session.conversation('c1').messages$)

  draft.setText(' ')
  expect(await draft.send()).toBeUndefined()
  draft.setText('Hello')
  const sending = draft.send()
  expect(states.latest).toEqual({ text: '', sending: 1, error: undefined })
  expect(await sending).toMatchObject({ payload: { text: 'Hello' } })
  expect(draft.state.sending).toBe(0)
  service.scriptOutcomes('rejected')
  draft.setText('bad')
  await expect(draft.send()).rejects.toMatchObject({ type: 'InvalidPayload' })

  expect(draft.state).toEqual({ text: '', sending: 0, error: undefined })
  expect(messages.latest?.at(-1)).toMatchObject({ status: 'failed', payload: { text: 'bad' } })
  for (const observed of [states, messages]) observed.stop()
})

test('a slow storage keeps the last value', async () => {
  await using service = await startFakeHostedService()
  const entries = new Map<string, string>()
  const waiting: (() => void)[] = []
  const slowly = (work: () => void) =>
    new Promise<void>((resolve) => {
      waiting.push(() => {
        work()
        resolve()
      })
    })
  const storage = {
    getItem: async (name: string) => entries.get(name),
    setItem: (name: string, value: string) => slowly(() => entries.set(name, value)),
    removeItem: (name: string) => slowly(() => entries.delete(name)),
  }
  const draft = sessionOf(await connectUser(service, 'me'), { storage }).draft('c1')

  draft.setText('half')
  await until(() => waiting.length === 1)
  draft.setText('half a sentence')
  draft.setText('')
  // Like a storage that completes the last write first.
  for (let left = 2; left > 0; left--) {
    await until(() => waiting.length > 0)
    waiting.pop()?.()
  }
  await until(() => entries.size === 0)

  expect(waiting).toEqual([])
})

test('a frame that is not allowed to use locks connects without them', async () => {
  await using service = await startFakeHostedService()
  const { navigator } = globalThis
  const request = () => Promise.reject(new DOMException('denied', 'SecurityError'))
  Object.defineProperty(globalThis, 'navigator', { value: { locks: { request } }, configurable: true })
  const entries = new Map<string, string>()
  const storage = {
    getItem: (name: string) => entries.get(name),
    setItem: (name: string, value: string) => entries.set(name, value),
    removeItem: (name: string) => entries.delete(name),
  }

  const state = observe(createConnector(createChat({ url: service.url }), { storage }).state$)
  await until(() => state.latest?.state !== 'connecting')
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })

  expect(state.latest?.state).toBe('connected')
  state.stop()
})

test('a conversation that is left in the inbox closes with the response, without a signal', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'me', 'before')
  const { conversation, inbox } = sessionOf(await connectUser(service, 'me'))
  const connection = observe(conversation('c1').connection$)
  await until(() => connection.latest?.isSynced === true)

  await inbox.leave('c1')

  expect(connection.latest).toMatchObject({ state: 'closed', cause: { type: 'Forbidden' } })
  connection.stop()
})
