import { lastValueFrom, take, toArray } from 'rxjs'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { openConversation } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { watch } from './watch.ts'

const quick = { random: () => 0.02, disconnectDelayMs: 20 }

test('deletions that nobody told of are noticed on reconnecting and on trying anew', async () => {
  await using service = await startFakeHostedService()
  const ids = Array.from({ length: 50 }, (_, index) => service.postMessage('c1', 'bob', `${index}`).id)
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { seen, stop } = watch(conversation)
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
  service.postMessage('c1', 'bob', 'unheard')
  await until(() => seen.connection?.isSynced === true)
  conversation.reconnectNow()
  await until(
    () => seen.messages.at(-1)?.payload.type === 'text' && getTexts(seen.messages).includes('unheard'),
  )

  expect(seen.messages.map((message) => message.status === 'sent' && message.id)).toEqual(
    service.messages('c1').map(({ id }) => id),
  )
  stop()
})

test('a new connection is not said to be in sync before what was missed is there', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  const shownInSync: unknown[][] = []
  const watching = conversation.connection$.subscribe(({ isSynced }) => {
    if (isSynced) shownInSync.push(getTexts(seen.messages))
  })

  service.disconnectAll()
  service.postMessage('c1', 'bob', 'missed')
  await until(() => seen.messages.length === 2 && seen.connection?.isSynced === true)

  expect(shownInSync).toEqual([['before'], ['before', 'missed']])
  watching.unsubscribe()
  stop()
})

test('older pages come without repeats while new messages arrive, and calls at the same time share one', async () => {
  await using service = await startFakeHostedService()
  for (let index = 0; index < 45; index++) service.postMessage('c1', 'bob', `${index}`)
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const { seen, stop } = watch(conversation)
  const older = lastValueFrom(conversation.history$.pipe(take(8), toArray()))
  await until(() => seen.connection?.isSynced === true)
  expect(seen.messages).toHaveLength(20)

  service.postMessage('c1', 'bob', 'new')
  await Promise.all([conversation.loadOlder(), conversation.loadOlder()])
  expect(
    service.requests.filter((each) => each.endsWith('/messages') && each.startsWith('GET')),
  ).toHaveLength(2)
  await conversation.loadOlder()
  await conversation.loadOlder()

  await until(() => seen.messages.length === 46)
  expect(getTexts(seen.messages)).toEqual(getTexts(service.messages('c1')))
  expect((await older).at(-1)).toEqual({ hasOlder: false, isLoading: false })
  stop()
})

test('a conversation begins with the messages it is given, and compares them with what the server has', async () => {
  await using service = await startFakeHostedService()
  for (let index = 0; index < 30; index++) service.postMessage('c1', 'bob', `${index}`)
  const me = await connectUser(service, 'me')
  const { messages: initial } = await me.listMessages({ conversationId: 'c1' })
  for (let index = 30; index < 150; index++) service.postMessage('c1', 'bob', `${index}`)
  service.deleteMessage('c1', initial[0]?.id ?? '', false)

  const conversation = openConversation(me, 'c1', { ...quick, initialMessages: initial })
  const { seen, stop } = watch(conversation)
  expect(getTexts(seen.messages)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 10}`))
  await until(() => seen.connection?.isSynced === true)

  expect(getTexts(seen.messages)).toEqual(getTexts(service.messages('c1')).slice(-seen.messages.length))
  expect(seen.messages.length).toBeGreaterThanOrEqual(120)
  stop()
})

test('ten subscribers share one connection; after the last leaves there is none', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  expect(service.requests).toEqual(['POST /users'])

  const leaves = Array.from({ length: 10 }, () => watch(conversation).stop)
  await until(() => service.openStreams === 1)
  for (const leave of leaves) leave()
  // React's StrictMode leaves and comes back.
  const { seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  stop()
  await until(() => service.openStreams === 0)

  expect(service.streamsOpened).toBe(1)
})

test('a thousand rounds of coming and going leave nothing behind', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', {
    ...quick,
    disconnectDelayMs: 0,
  })

  for (let round = 0; round < 1000; round++) {
    const { seen, stop } = watch(conversation)
    // Some leave before anything came of it, some in the middle, some when all is there.
    if (round % 4 === 0) await until(() => seen.connection?.isSynced === true)
    else if (round % 2 === 0) await until(() => seen.connection?.state === 'online')
    stop()
    await until(() => service.openStreams === 0)
  }
  const { seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)

  expect(getTexts(seen.messages)).toEqual(['before'])
  expect(service.openStreams).toBe(1)
  stop()
  await until(() => service.openStreams === 0)
})

test('who answers as soon as a message is shown does not leave others with an older list than the latest', async () => {
  await using service = await startFakeHostedService()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const watching = conversation.messages$.subscribe((messages) => {
    const last = messages.at(-1)
    if (last?.userId === 'bob') void conversation.send({ type: 'text', text: 'answer' })
  })
  const lengths: number[] = []
  watching.add(conversation.messages$.subscribe(({ length }) => void lengths.push(length)))

  service.postMessage('c1', 'bob', 'question')
  await until(() => lengths.includes(2))

  expect(lengths).toEqual(lengths.toSorted((one, other) => one - other))
  watching.unsubscribe()
})

test('a conversation that is not the user’s is closed, and says why', async () => {
  await using service = await startFakeHostedService()
  const conversation = openConversation(await connectUser(service, 'me'), 'nobody', quick)
  const { seen, stop } = watch(conversation)

  await until(() => seen.connection?.state === 'closed')

  expect(seen.connection).toMatchObject({ cause: { type: 'Forbidden' }, isSynced: false })
  stop()
})

test('who types is shown until they have written', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, clock })
  const typing: (readonly string[])[] = []
  const events: unknown[] = []
  const watching = conversation.typing$.subscribe((each) => void typing.push(each))
  watching.add(conversation.events$.subscribe(({ payload }) => void events.push(payload)))
  await until(() => service.openStreams === 1)

  const event = { id: null, createdAt: 'now', conversationId: 'c1', userId: 'bot', isBot: true }
  service.broadcast('c1', { type: 'event_created', data: { ...event, payload: { type: 'typing' } } })
  await until(() => typing.length === 2)
  service.postMessage('c1', 'bot', 'there')
  await until(() => typing.length === 3)

  expect(typing).toEqual([[], ['bot'], []])
  expect(events).toEqual([{ type: 'typing' }])
  watching.unsubscribe()
})

test('participants are listed, and follow who comes and goes', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  let ids: string[] | undefined
  const watching = conversation.participants$.subscribe((users) => (ids = users.map(({ id }) => id)))
  await until(() => ids?.length === 0)

  for (const userId of ['eve', 'dan']) service.addParticipant('c1', userId)
  await until(() => ids?.length === 2)
  service.removeParticipant('c1', 'eve')
  await until(() => ids?.length === 1)

  expect(ids).toEqual(['dan'])
  watching.unsubscribe()
})
