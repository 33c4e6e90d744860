import { createChat } from '@parley/core'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { createSession, sessionOf, createConnector } from '../src/session/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

test('a session has a conversation as a store, shared by all who ask, and lets go of it with the last', async () => {
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

test('all that comes before the next frame is one change', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', '0')
  const { state } = sessionOf(await connectUser(service, 'me'), {}).conversation('c1')
  const counts: number[] = []
  const stop = state.subscribe(() => counts.push(state.get().messages.length))
  await until(() => state.get().connection.isSynced)

  for (let index = 1; index <= 500; index++) service.postMessage('c1', 'bob', `${index}`)
  await until(() => state.get().messages.length === 501)

  // They come in a few chunks: each is shown by the frame after it, and no message by itself.
  expect(counts.length).toBeLessThan(500)
  stop()
})

test('connecting is tried again as long as the network fails, and at once when it is asked to', async () => {
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

test('a conversation is forgotten when nobody has looked for long, and opened anew by who comes back, whoever that is', async () => {
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
  const living = ref.getHandle()

  clock.advance(200_000)
  await visit()
  expect(ref.getHandle()).toBe(living)
  clock.advance(300_000)
  await until(() => service.openStreams === 0)

  expect(state.get().messages).toEqual([])
  expect(ref.getHandle()).not.toBe(living)
  // Who has held on to it meanwhile, such as a composer, and who asks anew have the same.
  expect(session.conversation('c1').ref).toBe(ref)
  const stop = state.subscribe(() => {})
  await until(() => state.get().connection.isSynced)
  void actions.send('Hello')
  expect(getTexts(state.get().messages)).toEqual(['before', 'Hello'])
  stop()
})

test('a conversation is not forgotten as long as something in it is unsent', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const { state, actions } = sessionOf(await connectUser(service, 'me'), { options: { clock } }).conversation(
    'c1',
  )
  const stop = state.subscribe(() => {})
  await until(() => state.get().connection.isSynced)
  service.scriptOutcomes('refused')
  await expect(actions.send('Hello')).rejects.toMatchObject({ name: 'ChatError' })

  stop()
  await until(() => clock.waits.includes(300_000))
  clock.advance(300_000)
  const again = state.subscribe(() => {})

  expect(state.get().messages).toMatchObject([{ status: 'sent' }, { status: 'failed' }])
  again()
})

test('conversations may be named as what every object has', () => {
  const { state } = createSession(undefined, { initialMessages: {} }).conversation('constructor')

  expect(state.get().messages).toEqual([])
})

test('what a slow storage is given last is what it keeps', async () => {
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
  // As one that takes its time, and answers the last first.
  for (let left = 2; left > 0; left--) {
    await until(() => waiting.length > 0)
    waiting.pop()?.()
  }
  await until(() => entries.size === 0)

  expect(waiting).toEqual([])
})

test('a frame that may not use locks connects without', async () => {
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

test('what is no error of the chat is a failure, too', async () => {
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
