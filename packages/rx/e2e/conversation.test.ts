import { lastValueFrom, take, toArray } from 'rxjs'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { openConversation } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { watch } from './watch.ts'

const quick = { random: () => 0.02, disconnectDelayMs: 20 }

test('missed deletions are detected after a reconnect, and on reconnectNow', async () => {
  await using service = await startFakeHostedService()
  const ids = Array.from({ length: 50 }, (_, index) => service.postMessage('c1', 'bob', `${index}`).id)
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  await conversation.loadOlder()
  await conversation.loadOlder()
  expect(seen.messages).toHaveLength(50)

  service.deleteMessage('c1', ids[3] ?? '', false)
  service.deleteMessage('c1', ids[49] ?? '', false)
  service.disconnectAll()
  await until(() => seen.messages.length === 48)

  service.deleteMessage('c1', ids[30] ?? '', false)
  service.dropSignals(1)
  service.postMessage('c1', 'bob', 'missed')
  await until(() => seen.connection?.isSynced === true)
  conversation.reconnectNow()
  await until(
    () => seen.messages.at(-1)?.payload.type === 'text' && getTexts(seen.messages).includes('missed'),
  )

  expect(seen.messages.map((message) => message.status === 'sent' && message.id)).toEqual(
    service.messages('c1').map(({ id }) => id),
  )
  stop()
})

test('a new connection is not synced before the missed messages are backfilled', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  const textsWhenSynced: unknown[][] = []
  const subscription = conversation.connection$.subscribe(({ isSynced }) => {
    if (isSynced) textsWhenSynced.push(getTexts(seen.messages))
  })

  service.disconnectAll()
  service.postMessage('c1', 'bob', 'missed')
  await until(() => seen.messages.length === 2 && seen.connection?.isSynced === true)

  expect(textsWhenSynced).toEqual([['before'], ['before', 'missed']])
  subscription.unsubscribe()
  stop()
})

test('older pages contain no repeats while new messages arrive, and concurrent calls share one request', async () => {
  await using service = await startFakeHostedService()
  for (let index = 0; index < 45; index++) service.postMessage('c1', 'bob', `${index}`)
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { latest: seen, stop } = watch(conversation)
  const older = lastValueFrom(conversation.history$.pipe(take(8), toArray()))
  await until(() => seen.connection?.isSynced === true)
  expect(seen.messages).toHaveLength(20)

  service.postMessage('c1', 'bob', 'new')
  await Promise.all([conversation.loadOlder(), conversation.loadOlder()])
  expect(
    service.requests.filter((request) => request.endsWith('/messages') && request.startsWith('GET')),
  ).toHaveLength(2)
  await conversation.loadOlder()
  await conversation.loadOlder()

  await until(() => seen.messages.length === 46)
  expect(getTexts(seen.messages)).toEqual(getTexts(service.messages('c1')))
  expect((await older).at(-1)).toEqual({ hasOlder: false, isLoading: false })
  stop()
})

test('a conversation displays its initial messages, and syncs them with the server', async () => {
  await using service = await startFakeHostedService()
  for (let index = 0; index < 30; index++) service.postMessage('c1', 'bob', `${index}`)
  const me = await connectUser(service, 'me')
  const { messages: initial } = await me.listMessages({ conversationId: 'c1' })
  for (let index = 30; index < 150; index++) service.postMessage('c1', 'bob', `${index}`)
  service.deleteMessage('c1', initial[0]?.id ?? '', false)

  const conversation = openConversation(me, 'c1', { ...quick, initialMessages: initial })
  const { latest: seen, stop } = watch(conversation)
  expect(getTexts(seen.messages)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 10}`))
  await until(() => seen.connection?.isSynced === true)

  expect(getTexts(seen.messages)).toEqual(getTexts(service.messages('c1')).slice(-seen.messages.length))
  expect(seen.messages.length).toBeGreaterThanOrEqual(120)
  stop()
})

test('ten subscribers share one connection, which closes after the last one leaves', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  expect(service.requests).toEqual(['POST /users'])

  const leaves = Array.from({ length: 10 }, () => watch(conversation).stop)
  await until(() => service.openStreams === 1)
  for (const leave of leaves) leave()
  // React's StrictMode unsubscribes and subscribes again.
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  stop()
  await until(() => service.openStreams === 0)

  expect(service.streamsOpened).toBe(1)
})

test('a thousand subscriptions and unsubscriptions leak nothing', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', {
    ...quick,
    disconnectDelayMs: 0,
  })

  for (let round = 0; round < 1000; round++) {
    const { latest: seen, stop } = watch(conversation)
    // Some unsubscribe at once, some while connecting, and some when synced.
    if (round % 4 === 0) await until(() => seen.connection?.isSynced === true)
    else if (round % 2 === 0) await until(() => seen.connection?.state === 'online')
    stop()
    await until(() => service.openStreams === 0)
  }
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)

  expect(getTexts(seen.messages)).toEqual(['before'])
  expect(service.openStreams).toBe(1)
  stop()
  await until(() => service.openStreams === 0)
})

test('a subscriber that replies during an emission does not leave others with an older list', async () => {
  await using service = await startFakeHostedService()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const subscription = conversation.messages$.subscribe((messages) => {
    const last = messages.at(-1)
    if (last?.userId === 'bob') void conversation.send({ type: 'text', text: 'answer' })
  })
  const lengths: number[] = []
  subscription.add(conversation.messages$.subscribe(({ length }) => void lengths.push(length)))

  service.postMessage('c1', 'bob', 'question')
  await until(() => lengths.includes(2))

  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
  subscription.unsubscribe()
})

test('a conversation in which the user is not a participant is closed with the cause', async () => {
  await using service = await startFakeHostedService()
  const conversation = openConversation(await connectUser(service, 'me'), 'unknown', quick)
  const { latest: seen, stop } = watch(conversation)

  await until(() => seen.connection?.state === 'closed')

  expect(seen.connection).toMatchObject({ cause: { type: 'Forbidden' }, isSynced: false })
  stop()
})

test('a user is typing until their message arrives', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, clock })
  const typing: (readonly string[])[] = []
  const events: unknown[] = []
  const subscription = conversation.typing$.subscribe((latest) => void typing.push(latest))
  subscription.add(conversation.events$.subscribe(({ payload }) => void events.push(payload)))
  await until(() => service.openStreams === 1)

  const event = { id: null, createdAt: 'now', conversationId: 'c1', userId: 'bot', isBot: true }
  service.broadcast('c1', { type: 'event_created', data: { ...event, payload: { type: 'typing' } } })
  await until(() => typing.length === 2)
  service.postMessage('c1', 'bot', 'there')
  await until(() => typing.length === 3)

  expect(typing).toEqual([[], ['bot'], []])
  expect(events).toEqual([{ type: 'typing' }])
  subscription.unsubscribe()
})

test('participants are listed, and updated when users join and leave', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  let ids: string[] | undefined
  const subscription = conversation.participants$.subscribe(
    ({ participants }) => (ids = participants.map(({ id }) => id)),
  )
  await until(() => ids?.length === 0)

  for (const userId of ['eve', 'dan']) service.addParticipant('c1', userId)
  await until(() => ids?.length === 2)
  service.removeParticipant('c1', 'eve')
  await until(() => ids?.length === 1)

  expect(ids).toEqual(['dan'])
  subscription.unsubscribe()
})
