import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { openConversation, openInbox, type ChatMessage, type InboxConversation } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { watch } from './watch.ts'

const quick = { random: () => 0.02, disconnectDelayMs: 20 }
const capabilities = ['user-stream', 'typing']

test('conversations and the inbox of a user share one connection', async () => {
  await using service = await startFakeHostedService({ capabilities })
  for (const id of ['c1', 'c2', 'c3']) service.postMessage(id, 'bob', `in ${id}`)
  const me = await connectUser(service, 'me')
  const seen = new Map<string, readonly ChatMessage[]>()
  let rows: readonly InboxConversation[] = []

  const subscription = openInbox(me, quick).conversations$.subscribe((latest) => (rows = latest))
  for (const id of ['c1', 'c2', 'c3'])
    subscription.add(
      openConversation(me, id, quick).messages$.subscribe((latest) => void seen.set(id, latest)),
    )
  await until(() => rows.length === 3 && ['c1', 'c2', 'c3'].every((id) => seen.get(id)?.length === 1))
  service.postMessage('c2', 'bob', 'more')
  await until(() => seen.get('c2')?.length === 2)

  expect(service.streamsOpened).toBe(1)
  expect(['c1', 'c2', 'c3'].map((id) => getTexts(seen.get(id) ?? []))).toEqual([
    ['in c1'],
    ['in c2', 'more'],
    ['in c3'],
  ])
  expect(rows.map(({ id }) => id)).toEqual(['c2', 'c3', 'c1'])
  subscription.unsubscribe()
  await until(() => service.openStreams === 0)
})

test('a conversation that opens late receives the whole text of a streaming message', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'tell me')
  const me = await connectUser(service, 'me')
  const subscription = openInbox(me, quick).conversations$.subscribe()
  let deltas = 0
  subscription.add(openConversation(me, 'c2', quick).signals$.subscribe())
  await until(() => service.openStreams === 1)
  const fields = {
    streamId: 's1',
    conversationId: 'c1',
    userId: 'bot',
    createdAt: '2026-01-02T00:00:00.000Z',
  }
  const write = (delta: string): void =>
    service.broadcast('c1', { type: 'message_stream_delta', data: { ...fields, sequence: deltas++, delta } })

  for (const delta of ['Once ', 'upon ', 'a ']) write(delta)
  const earlier = openConversation(me, 'c1', quick)
  subscription.add(earlier.signals$.subscribe())
  let seen: readonly ChatMessage[] = []
  const first = new Promise<void>((resolve) =>
    subscription.add(earlier.messages$.subscribe((latest) => latest.length > 1 && resolve())),
  )
  await first
  subscription.add(openConversation(me, 'c1', quick).messages$.subscribe((latest) => (seen = latest)))
  await until(() => seen.length === 2)
  const draft = seen[1]
  write('time')
  await until(() => seen[1]?.payload.type === 'text' && seen[1].payload.text === 'Once upon a time')
  service.postMessage('c1', 'bot', 'Once upon a time.', { streamId: 's1' })
  await until(() => seen[1]?.status === 'sent')

  expect(draft).toMatchObject({ status: 'streaming', payload: { type: 'text', text: 'Once upon a ' } })
  expect(seen[1]).toMatchObject({ key: draft?.key, payload: { text: 'Once upon a time.' } })
  expect(seen).toHaveLength(2)
  subscription.unsubscribe()
})

test('a stored message replaces its stream, even if a listing contains it before the stream is back', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  service.postMessage('c1', 'bob', 'tell me')
  let isOffline = false
  const isStream = (input: RequestInfo | URL): boolean =>
    input instanceof Request && input.url.endsWith('/listen')
  const me = await connectUser(service, 'me', {
    fetch: (input, init) =>
      isOffline && isStream(input) ? Promise.reject(new TypeError('no route')) : fetch(input, init),
  })
  const conversation = openConversation(me, 'c1', quick)
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)
  const fields = {
    streamId: 's1',
    conversationId: 'c1',
    userId: 'bot',
    createdAt: '2026-01-02T00:00:00.000Z',
  }
  service.broadcast('c1', {
    type: 'message_stream_delta',
    data: { ...fields, sequence: 0, delta: 'half of ' },
  })
  await until(() => seen.messages.length === 2)

  // The server restarts and repeats the turn of its bot with another stream.
  isOffline = true
  service.disconnectAll()
  await until(() => seen.connection?.state === 'reconnecting')
  service.postMessage('c1', 'bot', 'half of the answer', { streamId: 's2' })
  service.scriptOutcomes('response_lost')
  await conversation.send({ type: 'text', text: 'are you there?' })

  expect(getTexts(seen.messages)).toEqual(['tell me', 'half of the answer', 'are you there?'])
  expect(seen.connection?.state).toBe('reconnecting')
  stop()
})

test('a streaming message remains during a reconnect, and is never duplicated', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  service.postMessage('c1', 'bob', 'tell me')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const shown: string[] = []
  const subscription = conversation.messages$.subscribe(
    (messages) => void shown.push(getTexts(messages).join()),
  )
  const write = (sequence: number, delta: string): void => {
    const fields = {
      streamId: 's1',
      conversationId: 'c1',
      userId: 'bot',
      createdAt: '2026-01-02T00:00:00.000Z',
    }
    service.broadcast('c1', { type: 'message_stream_delta', data: { ...fields, sequence, delta } })
  }
  await until(() => service.openStreams === 1 && shown.includes('tell me'))
  write(0, 'Once ')
  await until(() => shown.includes('tell me,Once '))
  shown.length = 0

  service.disconnectAll()
  write(1, 'upon ')
  await until(() => service.streamsOpened === 2)
  write(2, 'a time')
  await until(() => shown.includes('tell me,Once upon a time'))

  const texts = ['tell me,Once ', 'tell me,Once upon ', 'tell me,Once upon a time']
  expect(shown.every((value) => texts.includes(value))).toBe(true)
  subscription.unsubscribe()
})

test('typing is sent at most once in three seconds, and received from others', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, clock })
  const typing: (readonly string[])[] = []
  const subscription = conversation.typing$.subscribe((latest) => void typing.push(latest))
  await until(() => service.openStreams === 1)

  for (let stroke = 0; stroke < 5; stroke++) conversation.sendTyping()
  for (const userId of ['me', 'bob'])
    service.broadcast('c1', { type: 'typing', data: { conversationId: 'c1', userId } })
  await until(() => typing.length === 2 && service.requests.includes('PUT /conversations/typing'))

  expect(typing).toEqual([[], ['bob']])
  expect(service.requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1)
  subscription.unsubscribe()
})

test('a returning subscriber lists the messages that it missed', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', 'one')
  const me = await connectUser(service, 'me')
  const conversation = openConversation(me, 'c1', { ...quick, disconnectDelayMs: 0 })
  let seen: readonly ChatMessage[] = []
  const subscribe = () => conversation.messages$.subscribe((latest) => (seen = latest))
  const first = subscribe()
  const inbox = openInbox(me, quick).conversations$.subscribe()
  await until(() => seen.length === 1 && service.openStreams === 1)

  first.unsubscribe()
  const other = openConversation(me, 'c2', quick)
  const { latest: otherSeen, stop } = watch(other)
  await until(() => otherSeen.messages.length === 1)
  service.postMessage('c1', 'bob', 'two')
  service.postMessage('c2', 'bob', 'two')
  await until(() => otherSeen.messages.length === 2)
  stop()
  inbox.unsubscribe()
  await until(() => service.openStreams === 0)

  const again = subscribe()
  await until(() => seen.length === 2)
  expect(getTexts(seen)).toEqual(['one', 'two'])
  again.unsubscribe()
})
