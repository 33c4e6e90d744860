import { EMPTY } from 'rxjs'
import { afterEach, expect, test, vi } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { openConversation, type TabCoordinator } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import type { SendOutcome } from './fake-hosted-service-controls.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { watch } from './watch.ts'

const hello = { type: 'text', text: 'hello' } as const
const quick = { random: () => 0.02, disconnectDelayMs: 20 }

afterEach(() => vi.unstubAllGlobals())

const outcomes: [string, SendOutcome[]][] = [
  ['the echo arrives before the response', ['echo_first']],
  ['the response arrives before the echo', ['response_first']],
  ['no echo arrives', ['no_echo']],
  ['the response is lost after the server stored it, and no echo arrives', ['response_lost']],
  ['the connection is lost before the server stores it', ['request_lost']],
  ['the server is overloaded at first', ['overloaded', 'overloaded']],
]

test.each(outcomes)('a message is sent once and displayed once if %s', async (_, outcomes) => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  service.scriptOutcomes(...outcomes)

  const sent = conversation.send(hello, { metadata: { mood: 'good' } })
  const shown = seen.messages.at(-1)
  const message = await sent
  await until(() => seen.messages.every(({ status }) => status === 'sent'))

  expect(shown).toMatchObject({ status: 'sending', payload: hello, userId: 'me', metadata: { mood: 'good' } })
  expect(message).toMatchObject({ payload: hello, metadata: { mood: 'good', clientMessageId: shown?.key } })
  expect(seen.messages).toMatchObject([{ userId: 'bob' }, { ...message, key: shown?.key, status: 'sent' }])
  expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
  stop()
})

test('a rejected message fails without blocking others, and can be retried or discarded', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest: seen, stop } = watch(conversation)
  service.scriptOutcomes('rejected', 'rejected')

  const rejections = [
    conversation.send({ type: 'text', text: 'one' }),
    conversation.send({ type: 'text', text: 'two' }),
  ]
  await conversation.send({ type: 'text', text: 'three' })
  await expect(rejections[0]).rejects.toMatchObject({ type: 'InvalidPayload' })
  await until(() => seen.messages.length === 4)
  const [, , one, two] = seen.messages
  expect(one).toMatchObject({ status: 'failed', payload: { text: 'one' }, error: { type: 'InvalidPayload' } })

  conversation.discard(two?.key ?? '')
  await expect(conversation.retry(one?.key ?? '')).resolves.toMatchObject({ payload: { text: 'one' } })

  expect(getTexts(seen.messages)).toEqual(['before', 'three', 'one'])
  stop()
})

test('messages sent offline are sent once and in order when the network is back', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)

  service.isDown = true
  const sends = Array.from({ length: 10 }, (_, index) =>
    conversation.send({ type: 'text', text: `${index}` }),
  )
  await until(() => seen.connection?.state === 'reconnecting')
  service.isDown = false
  await Promise.all(sends)
  await until(() => seen.messages.every(({ status }) => status === 'sent'))

  expect(getTexts(seen.messages)).toEqual(['before', ...Array.from({ length: 10 }, (_, index) => `${index}`)])
  expect(getTexts(service.messages('c1'))).toEqual(getTexts(seen.messages))
  stop()
})

test('a message that may be delivered is not sent again if the first check fails', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const overloaded = { id: 'err_1', code: 503, type: 'Unavailable', message: 'Scripted error.' }
  let rejections = 0
  const me = await connectUser(service, 'me', {
    async fetch(input, init) {
      const request = new Request(input, init)
      if (rejections === 0 || !request.url.includes('/c1/messages')) return fetch(request)
      rejections--
      return Response.json(overloaded, { status: 503 })
    },
  })
  const conversation = openConversation(me, 'c1', quick)
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  service.scriptOutcomes('response_lost')
  rejections = 1

  await conversation.send(hello)

  expect(rejections).toBe(0)
  expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
  stop()
})

test.each<[string, SendOutcome]>([
  ['discarded', 'overloaded'],
  ['echoed late', 'response_lost'],
])('a message in backoff does not block others once it is %s', async (end, outcome) => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { random: () => 1, clock })
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  service.scriptOutcomes(outcome)
  conversation.send({ type: 'text', text: 'one' }).catch(() => {})
  await until(() => clock.waits.includes(1_000))

  const stored = service.messages('c1').at(-1)
  if (end === 'discarded') conversation.discard(seen.messages.at(-1)?.key ?? '')
  else service.broadcast('c1', { type: 'message_created', data: { ...stored, isBot: false } })
  await conversation.send({ type: 'text', text: 'two' })

  expect(getTexts(service.messages('c1'))).toEqual(
    end === 'discarded' ? ['before', 'two'] : ['before', 'one', 'two'],
  )
  stop()
  clock.advance(2_000)
})

test.each([
  ['the network is back', 'window', 'online'],
  ['the page becomes visible', 'document', 'visibilitychange'],
] as const)(
  'a message in backoff is sent when %s, even if its stream noticed nothing',
  async (_, target, event) => {
    await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
    service.postMessage('c1', 'bob', 'before')
    const page = {
      window: new EventTarget(),
      document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    }
    vi.stubGlobal('window', page.window)
    vi.stubGlobal('document', page.document)
    let isOffline = false
    const me = await connectUser(service, 'me', {
      fetch: async (input, init) =>
        isOffline ? Promise.reject(new TypeError('no route')) : fetch(input, init),
    })
    const clock = createFakeClock()
    const conversation = openConversation(me, 'c1', { random: () => 1, clock, tabs: false })
    const { latest: seen, stop } = watch(conversation)
    const states: string[] = []
    const subscription = conversation.connection$.subscribe(({ state }) => void states.push(state))
    await until(() => seen.connection?.isSynced === true)
    isOffline = true
    const sending = conversation.send(hello)
    await until(() => clock.waits.includes(1_000))

    isOffline = false
    page[target].dispatchEvent(new Event(event))
    await sending

    expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
    expect(new Set(states)).toEqual(new Set(['connecting', 'online']))
    subscription.unsubscribe()
    stop()
  },
)

test('Retry-After is respected even if the page becomes visible in the meantime', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', document)
  let posts = 0
  const rejection = { id: 'err_1', code: 429, type: 'RateLimited', message: 'Too many.' }
  const isMessage = (input: RequestInfo | URL): boolean =>
    input instanceof Request && input.method === 'POST' && input.url.endsWith('/messages')
  const me = await connectUser(service, 'me', {
    fetch: async (input, init) => {
      if (!isMessage(input) || ++posts > 1) return fetch(input, init)
      return Response.json(rejection, { status: 429, headers: { 'retry-after': '120' } })
    },
  })
  const clock = createFakeClock()
  const conversation = openConversation(me, 'c1', { random: () => 1, clock, tabs: false })
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  const sending = conversation.send(hello)
  await until(() => clock.waits.includes(120_000))

  for (let event = 0; event < 3; event++) {
    document.dispatchEvent(new Event('visibilitychange'))
    // Takes longer than another attempt would.
    await me.listMessages({ conversationId: 'c1' })
  }
  const postsBefore = posts
  clock.advance(120_000)
  await sending

  expect(postsBefore).toBe(1)
  expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
  stop()
})

test('a delivered message is removed from the storage even if it is an initial message', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const entries = new Map<string, string>()
  const storage = {
    getItem: (name: string) => entries.get(name),
    setItem: (name: string, value: string) => entries.set(name, value),
    removeItem: (name: string) => entries.delete(name),
  }
  const me = await connectUser(service, 'me')
  // This page closes before it learns that its message was delivered.
  const first = openConversation(me, 'c1', { clock: createFakeClock(), storage })
  service.scriptOutcomes('response_lost')
  void first.send(hello)
  await until(() => service.messages('c1').length === 2 && entries.size === 1)

  const { messages: initial } = await me.listMessages({ conversationId: 'c1' })
  const { latest: seen, stop } = watch(
    openConversation(await connectUser(service, 'me'), 'c1', { ...quick, initialMessages: initial, storage }),
  )
  await until(() => entries.size === 0)

  expect(getTexts(seen.messages)).toEqual(['before', 'hello'])
  expect(seen.messages.every(({ status }) => status === 'sent')).toBe(true)
  stop()
})

test('pending messages survive a reload, and are not sent twice', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const entries = new Map<string, string>()
  const storage = {
    getItem: async (name: string) => entries.get(name),
    setItem: async (name: string, value: string) => entries.set(name, value),
    removeItem: async (name: string) => entries.delete(name),
  }
  // The first page closes before any response arrives, after its first message was stored.
  const first = openConversation(await connectUser(service, 'me'), 'c1', {
    clock: createFakeClock(),
    storage,
  })
  service.scriptOutcomes('response_lost')
  void first.send({ type: 'text', text: 'one' })
  void first.send({ type: 'text', text: 'two' })
  await until(
    () => service.messages('c1').length === 2 && [...entries.values()].join().includes('"isStarted":true'),
  )

  const second = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, storage })
  const { latest: seen, stop } = watch(second)
  await until(() => seen.messages.length === 3 && seen.messages.every(({ status }) => status === 'sent'))

  expect(getTexts(service.messages('c1'))).toEqual(['before', 'one', 'two'])
  await until(() => entries.size === 0)
  stop()
})

test.each([
  ['joining the other tabs', { joinOutbox: 1, runExclusive: 0 }],
  ['the leader election among the tabs', { joinOutbox: 0, runExclusive: 2 }],
])('pending messages are sent even if %s fails', async (_, failures) => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const left = { ...failures }
  const fail = (name: keyof typeof left): void => {
    if (left[name]-- > 0) throw new DOMException('denied', 'SecurityError')
  }
  const tabs: TabCoordinator = {
    shareStream: (_me, { own }) => own,
    shareReadMarkers: () => EMPTY,
    joinOutbox() {
      fail('joinOutbox')
      return {
        post() {},
        leave() {},
        async runExclusive(work) {
          fail('runExclusive')
          await work(() => false)
        },
      }
    },
  }
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, tabs })

  await Promise.all([conversation.send(hello), conversation.send({ type: 'text', text: 'two' })])
  await conversation.send({ type: 'text', text: 'three' })

  expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello', 'two', 'three'])
  expect(left).toEqual({ joinOutbox: failures.joinOutbox ? 0 : -1, runExclusive: expect.any(Number) })
})

test.each(['{}', 'null', '"text"', '[null]', '[1]', 'not JSON'])(
  'a storage with other content counts as empty: %s',
  async (text) => {
    await using service = await startFakeHostedService()
    service.postMessage('c1', 'bob', 'before')
    const storage = { getItem: () => text, setItem() {}, removeItem() {} }
    const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, storage })

    await conversation.send(hello)

    expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
  },
)

test('two tabs share one storage entry, which is separate from that of another server', async () => {
  await using service = await startFakeHostedService()
  await using other = await startFakeHostedService()
  for (const each of [service, other]) each.postMessage('c1', 'bob', 'before')
  const entries = new Map<string, string>()
  const storage = {
    getItem: (name: string) => entries.get(name),
    setItem: (name: string, value: string) => entries.set(name, value),
    removeItem: (name: string) => entries.delete(name),
  }
  const open = async (on: typeof service) =>
    openConversation(await connectUser(on, 'me'), 'c1', { ...quick, storage })
  // None of these pages receives a response.
  service.scriptOutcomes('no_response', 'no_response')
  other.scriptOutcomes('no_response')
  void (await open(service)).send({ type: 'text', text: 'one' })
  void (await open(service)).send({ type: 'text', text: 'two' })
  void (await open(other)).send({ type: 'text', text: 'elsewhere' })
  const isStored = (text: string): boolean =>
    [...entries.values()].some((value) => value.includes(`"${text}"`))
  await until(() => isStored('one') && isStored('two') && isStored('elsewhere'))

  const { latest: seen, stop } = watch(await open(service))
  await until(() => seen.messages.length === 3 && seen.messages.every(({ status }) => status === 'sent'))

  expect(new Set(getTexts(seen.messages))).toEqual(new Set(['before', 'one', 'two']))
  await until(() => entries.size === 1)
  expect(isStored('elsewhere')).toBe(true)
  stop()
})

test('messages that are sent at once are stored together, so that thousands do not take quadratic time', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const me = await connectUser(service, 'me')
  service.isDown = true
  const written: string[] = []
  const storage = {
    getItem: () => written.at(-1),
    setItem: (_: string, value: string) => void written.push(value),
    removeItem() {},
  }
  const conversation = openConversation(me, 'c1', { ...quick, storage })

  for (let index = 0; index < 1_000; index++) void conversation.send({ type: 'text', text: `${index}` })
  await until(() => written.at(-1)?.includes('"isStarted":true') === true)

  expect(written.at(-1)?.split('"key"')).toHaveLength(1_001)
  expect(written.length).toBeLessThan(10)
})
