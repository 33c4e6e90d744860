import { EMPTY } from 'rxjs'
import { afterEach, expect, test, vi } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { openConversation, type Tabs } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import type { SendOutcome } from './fake-hosted-service-controls.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { watch } from './watch.ts'

const hello = { type: 'text', text: 'hello' } as const
const quick = { random: () => 0.02, disconnectDelayMs: 20 }

afterEach(() => vi.unstubAllGlobals())

const outcomes: [string, SendOutcome[]][] = [
  ['the echo comes before the answer', ['echoed_first']],
  ['the answer comes before the echo', ['answered_first']],
  ['no echo comes at all', ['not_echoed']],
  ['the answer is lost after the server stored it, and no echo comes', ['not_answered']],
  ['the connection is lost before the server has it', ['not_stored']],
  ['the server is overloaded at first', ['overloaded', 'overloaded']],
]

test.each(outcomes)('a message is sent once and shown once where %s', async (_, outcomes) => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { seen, stop } = watch(conversation)
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

test('a refused message fails and holds up no other; it can be sent again, or discarded', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { seen, stop } = watch(conversation)
  service.scriptOutcomes('refused', 'refused')

  const refusals = [
    conversation.send({ type: 'text', text: 'one' }),
    conversation.send({ type: 'text', text: 'two' }),
  ]
  await conversation.send({ type: 'text', text: 'three' })
  await expect(refusals[0]).rejects.toMatchObject({ type: 'InvalidPayload' })
  await until(() => seen.messages.length === 4)
  const [, , one, two] = seen.messages
  expect(one).toMatchObject({ status: 'failed', payload: { text: 'one' }, error: { type: 'InvalidPayload' } })

  conversation.discard(two?.key ?? '')
  await expect(conversation.retry(one?.key ?? '')).resolves.toMatchObject({ payload: { text: 'one' } })

  expect(getTexts(seen.messages)).toEqual(['before', 'three', 'one'])
  stop()
})

test('what is sent offline waits, and goes out once and in order when the network is back', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { seen, stop } = watch(conversation)
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

test('what may have arrived is not sent again where looking for it was turned away at first', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const overloaded = { id: 'err_1', code: 503, type: 'Unavailable', message: 'it is scripted so.' }
  let refusals = 0
  const me = await connectUser(service, 'me', {
    async fetch(input, init) {
      const request = new Request(input, init)
      if (refusals === 0 || !request.url.includes('/c1/messages')) return fetch(request)
      refusals--
      return Response.json(overloaded, { status: 503 })
    },
  })
  const conversation = openConversation(me, 'c1', quick)
  const { seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  service.scriptOutcomes('not_answered')
  refusals = 1

  await conversation.send(hello)

  expect(refusals).toBe(0)
  expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
  stop()
})

test.each<[string, SendOutcome]>([
  ['discarded', 'overloaded'],
  ['echoed after all', 'not_answered'],
])('what waits to be sent again does not hold up others once it is %s', async (end, fate) => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { random: () => 1, clock })
  const { seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  service.scriptOutcomes(fate)
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
  ['the page is seen again', 'document', 'visibilitychange'],
] as const)(
  'what waits to be sent goes out when %s, though its stream noticed nothing',
  async (_, target, event) => {
    await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
    service.postMessage('c1', 'bob', 'before')
    const page = {
      window: new EventTarget(),
      document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    }
    vi.stubGlobal('window', page.window)
    vi.stubGlobal('document', page.document)
    let isDead = false
    const me = await connectUser(service, 'me', {
      fetch: async (input, init) => (isDead ? Promise.reject(new TypeError('no route')) : fetch(input, init)),
    })
    const clock = createFakeClock()
    const conversation = openConversation(me, 'c1', { random: () => 1, clock, tabs: false })
    const { seen, stop } = watch(conversation)
    const states: string[] = []
    const watching = conversation.connection$.subscribe(({ state }) => void states.push(state))
    await until(() => seen.connection?.isSynced === true)
    isDead = true
    const sending = conversation.send(hello)
    await until(() => clock.waits.includes(1_000))

    isDead = false
    page[target].dispatchEvent(new Event(event))
    await sending

    expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
    expect(new Set(states)).toEqual(new Set(['connecting', 'online']))
    watching.unsubscribe()
    stop()
  },
)

test('a server that says when to come back is not asked before, however often the page is looked at', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', document)
  let posts = 0
  const refusal = { id: 'err_1', code: 429, type: 'RateLimited', message: 'Too many.' }
  const isMessage = (input: RequestInfo | URL): boolean =>
    input instanceof Request && input.method === 'POST' && input.url.endsWith('/messages')
  const me = await connectUser(service, 'me', {
    fetch: async (input, init) => {
      if (!isMessage(input) || ++posts > 1) return fetch(input, init)
      return Response.json(refusal, { status: 429, headers: { 'retry-after': '120' } })
    },
  })
  const clock = createFakeClock()
  const conversation = openConversation(me, 'c1', { random: () => 1, clock, tabs: false })
  const { seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  const sending = conversation.send(hello)
  await until(() => clock.waits.includes(120_000))

  for (let look = 0; look < 3; look++) {
    document.dispatchEvent(new Event('visibilitychange'))
    // Longer than to ask again would take.
    await me.listMessages({ conversationId: 'c1' })
  }
  const postsBefore = posts
  clock.advance(120_000)
  await sending

  expect(postsBefore).toBe(1)
  expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
  stop()
})

test('what has arrived is kept no longer, though the page began with it', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const kept = new Map<string, string>()
  const storage = {
    getItem: (name: string) => kept.get(name),
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  }
  const me = await connectUser(service, 'me')
  // This page is left before it learns that its message has arrived.
  const first = openConversation(me, 'c1', { clock: createFakeClock(), storage })
  service.scriptOutcomes('not_answered')
  void first.send(hello)
  await until(() => service.messages('c1').length === 2 && kept.size === 1)

  const { messages: initial } = await me.listMessages({ conversationId: 'c1' })
  const { seen, stop } = watch(
    openConversation(await connectUser(service, 'me'), 'c1', { ...quick, initialMessages: initial, storage }),
  )
  await until(() => kept.size === 0)

  expect(getTexts(seen.messages)).toEqual(['before', 'hello'])
  expect(seen.messages.every(({ status }) => status === 'sent')).toBe(true)
  stop()
})

test('what is unsent survives a reload, and is not sent twice', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const kept = new Map<string, string>()
  const storage = {
    getItem: async (name: string) => kept.get(name),
    setItem: async (name: string, value: string) => kept.set(name, value),
    removeItem: async (name: string) => kept.delete(name),
  }
  // The first page is gone before anything is answered: what it sent first has arrived.
  const first = openConversation(await connectUser(service, 'me'), 'c1', {
    clock: createFakeClock(),
    storage,
  })
  service.scriptOutcomes('not_answered')
  void first.send({ type: 'text', text: 'one' })
  void first.send({ type: 'text', text: 'two' })
  await until(
    () => service.messages('c1').length === 2 && [...kept.values()].join().includes('"isStarted":true'),
  )

  const second = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, storage })
  const { seen, stop } = watch(second)
  await until(() => seen.messages.length === 3 && seen.messages.every(({ status }) => status === 'sent'))

  expect(getTexts(service.messages('c1'))).toEqual(['before', 'one', 'two'])
  await until(() => kept.size === 0)
  stop()
})

test.each([
  ['joining the other tabs', { joinOutbox: 1, inTurn: 0 }],
  ['waiting for a turn among the tabs', { joinOutbox: 0, inTurn: 2 }],
])('unsent messages are sent even if %s fails', async (_, failures) => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const left = { ...failures }
  const fail = (name: keyof typeof left): void => {
    if (left[name]-- > 0) throw new DOMException('denied', 'SecurityError')
  }
  const tabs: Tabs = {
    shareStream: (_me, { own }) => own,
    shareReadMarks: () => EMPTY,
    joinOutbox() {
      fail('joinOutbox')
      return {
        post() {},
        leave() {},
        async runExclusive(work) {
          fail('inTurn')
          await work(() => false)
        },
      }
    },
  }
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, tabs })

  await Promise.all([conversation.send(hello), conversation.send({ type: 'text', text: 'two' })])
  await conversation.send({ type: 'text', text: 'three' })

  expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello', 'two', 'three'])
  expect(left).toEqual({ joinOutbox: failures.joinOutbox ? 0 : -1, inTurn: expect.any(Number) })
})

test.each(['{}', 'null', '"text"', '[null]', '[1]', 'no JSON'])(
  'a storage that holds something else counts as empty: %s',
  async (text) => {
    await using service = await startFakeHostedService()
    service.postMessage('c1', 'bob', 'before')
    const storage = { getItem: () => text, setItem() {}, removeItem() {} }
    const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, storage })

    await conversation.send(hello)

    expect(getTexts(service.messages('c1'))).toEqual(['before', 'hello'])
  },
)

test('what two tabs keep in one storage is kept of both, apart from what another server has', async () => {
  await using service = await startFakeHostedService()
  await using other = await startFakeHostedService()
  for (const each of [service, other]) each.postMessage('c1', 'bob', 'before')
  const kept = new Map<string, string>()
  const storage = {
    getItem: (name: string) => kept.get(name),
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  }
  const open = async (on: typeof service) =>
    openConversation(await connectUser(on, 'me'), 'c1', { ...quick, storage })
  // None of these pages ever has an answer.
  service.scriptOutcomes('stuck', 'stuck')
  other.scriptOutcomes('stuck')
  void (await open(service)).send({ type: 'text', text: 'one' })
  void (await open(service)).send({ type: 'text', text: 'two' })
  void (await open(other)).send({ type: 'text', text: 'elsewhere' })
  const isKept = (text: string): boolean => [...kept.values()].some((each) => each.includes(`"${text}"`))
  await until(() => isKept('one') && isKept('two') && isKept('elsewhere'))

  const { seen, stop } = watch(await open(service))
  await until(() => seen.messages.length === 3 && seen.messages.every(({ status }) => status === 'sent'))

  expect(new Set(getTexts(seen.messages))).toEqual(new Set(['before', 'one', 'two']))
  await until(() => kept.size === 1)
  expect(isKept('elsewhere')).toBe(true)
  stop()
})
