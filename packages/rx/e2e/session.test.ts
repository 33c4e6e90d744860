import { createChat } from '@parley/core'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { createSession, sessionOf, createConnector } from '../src/session/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

test('a conversation is one store for all callers, and disconnects after the last listener leaves', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const me = await connectUser(service, 'me')
  const { state, actions } = sessionOf(me, { options: { disconnectDelayMs: 20 } }).conversation('c1')
  const again = sessionOf(me, {}).conversation('c1').state
  const stops = [state.subscribe(() => {}), again.subscribe(() => {})]
  await until(() => state.get().connection.isSynced)

  const sending = actions.send('Hello')
  expect(state.get().messages).toMatchObject([{ status: 'sent' }, { status: 'sending' }])
  await sending
  await until(() => state.get().messages.every(({ status }) => status === 'sent'))

  expect(getTexts(state.get().messages)).toEqual(['before', 'Hello'])
  expect(service.streamsOpened).toBe(1)
  stops.forEach((stop) => stop())
  await until(() => service.openStreams === 0)
})

test('all values before the next frame are one change', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', '0')
  const { state } = sessionOf(await connectUser(service, 'me'), {}).conversation('c1')
  const counts: number[] = []
  const stop = state.subscribe(() => counts.push(state.get().messages.length))
  await until(() => state.get().connection.isSynced)

  for (let index = 1; index <= 500; index++) service.postMessage('c1', 'bob', `${index}`)
  await until(() => state.get().messages.length === 501)

  // The messages arrive in a few chunks, and each frame displays all messages so far.
  expect(counts.length).toBeLessThan(500)
  stop()
})

test('connecting is retried after network failures, and at once on retry', async () => {
  await using service = await startFakeHostedService()
  service.isDown = true
  const chat = createChat({ url: service.url, retry: { attempts: 1 } })
  const connecting = createConnector(chat, () => ({ userKey: 'me' }))
  const stop = connecting.subscribe(() => {})
  await until(() => connecting.get().error !== undefined)
  const failed = connecting.get()

  service.isDown = false
  connecting.retry()
  await until(() => connecting.get().state === 'connected')

  expect(failed).toMatchObject({ state: 'connecting', error: { type: 'NetworkFailed' } })
  expect(connecting.get().user?.user.id).toBe('me')
  stop()
})

test('a conversation without listeners is closed after a while, and opened again for the next listener', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const session = sessionOf(await connectUser(service, 'me'), { options: { clock } })
  const { state, actions, ref } = session.conversation('c1')
  const visit = async (): Promise<void> => {
    const stop = state.subscribe(() => {})
    await until(() => state.get().connection.isSynced)
    stop()
    await until(() => clock.waits.includes(300_000))
  }
  await visit()
  const handle = ref.getHandle()

  clock.advance(200_000)
  await visit()
  expect(ref.getHandle()).toBe(handle)
  clock.advance(300_000)
  await until(() => service.openStreams === 0)

  expect(state.get().messages).toEqual([])
  expect(ref.getHandle()).not.toBe(handle)
  // An old reference, such as that of a composer, and a new one are the same.
  expect(session.conversation('c1').ref).toBe(ref)
  const stop = state.subscribe(() => {})
  await until(() => state.get().connection.isSynced)
  void actions.send('Hello')
  expect(getTexts(state.get().messages)).toEqual(['before', 'Hello'])
  stop()
})

test('a conversation with a pending message is not closed', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const { state, actions } = sessionOf(await connectUser(service, 'me'), { options: { clock } }).conversation(
    'c1',
  )
  const stop = state.subscribe(() => {})
  await until(() => state.get().connection.isSynced)
  service.scriptOutcomes('rejected')
  await expect(actions.send('Hello')).rejects.toMatchObject({ name: 'ChatError' })

  stop()
  await until(() => clock.waits.includes(300_000))
  clock.advance(300_000)
  const again = state.subscribe(() => {})

  expect(state.get().messages).toMatchObject([{ status: 'sent' }, { status: 'failed' }])
  again()
})

test('a conversation id may be the name of an object property', () => {
  const { state } = createSession(undefined, { initialMessages: {} }).conversation('constructor')

  expect(state.get().messages).toEqual([])
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

  draft.change({ text: 'half' })
  await until(() => waiting.length === 1)
  draft.change({ text: 'half a sentence' })
  draft.change({ text: '' })
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

  const connecting = createConnector(createChat({ url: service.url }), () => ({ storage }))
  const stop = connecting.subscribe(() => {})
  await until(() => connecting.get().state !== 'connecting')
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })

  expect(connecting.get().state).toBe('connected')
  stop()
})

test('an error that is not a ChatError is a failure as well', async () => {
  const chat = {
    ...createChat({ url: 'http://127.0.0.1:9' }),
    connect: () => Promise.reject(new Error('odd')),
  }

  const connecting = createConnector(chat, () => ({}))
  const stop = connecting.subscribe(() => {})
  await until(() => connecting.get().state === 'failed')

  expect(connecting.get().error?.message).toBe('odd')
  stop()
})
