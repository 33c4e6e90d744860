import { connect } from 'node:net'
import type { ConnectedUser } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { hasTexts, messageTexts } from './support/collect.ts'
import { createFrozenClock } from './support/frozen-clock.ts'
import { connectWithoutRetry, openStream, sendTexts } from './support/test-client.ts'
import { waitUntil } from './support/wait-until.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))

async function createConversation(me: ConnectedUser, ...participants: ConnectedUser[]): Promise<string> {
  const { conversation } = await me.createConversation({})
  for (const { user } of participants)
    await me.addParticipant({ conversationId: conversation.id, userId: user.id })
  return conversation.id
}

test('200 rapid messages from 4 senders reach 3 listeners without gaps and in the same order', async () => {
  await using server = await startTestServer()
  const users = await Promise.all([1, 2, 3, 4].map(() => connectWithoutRetry(server.url)))
  const [owner, ...participants] = users as [ConnectedUser, ...ConnectedUser[]]
  const id = await createConversation(owner, ...participants)
  const listeners = await Promise.all(users.slice(0, 3).map((user) => openStream(user, { id })))

  await Promise.all(
    users.map((user, sender) => sendTexts(user, id, ...numbers(50).map((n) => `${sender}-${n}`))),
  )

  const [first = [], ...rest] = await Promise.all(
    listeners.map(async (listener) => messageTexts(await listener.until(hasTexts(200)))),
  )
  expect(new Set(first).size).toBe(200)
  for (const sender of [0, 1, 2, 3]) {
    expect(first.filter((text) => text.startsWith(`${sender}-`))).toEqual(
      numbers(50).map((n) => `${sender}-${n}`),
    )
  }
  for (const texts of rest) expect(texts).toEqual(first)
})

test('INV-4: a listener that disconnects and resumes has no gap and no duplicate', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await createConversation(me)
  const before = await openStream(me, { id })
  const sending = sendTexts(me, id, ...numbers(60))
  await before.until(hasTexts(20))

  before.close()
  await before.ended
  const firstSignals = [...before.signals]
  const after = await openStream(me, { id, after: firstSignals.at(-1)?.id ?? '' })
  await sending
  await after.until((signals) => messageTexts(signals).length + messageTexts(firstSignals).length >= 60)

  expect(after.ready.state).toBe('resumed')
  expect(messageTexts([...firstSignals, ...after.signals])).toEqual(numbers(60))
})

test('a stream can be resumed after its ready event, before its first signal', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await createConversation(me)
  const opened = await openStream(me, { id })
  opened.close()
  await sendTexts(me, id, 'missed')

  const resumed = await openStream(me, { id, after: opened.ready.id ?? '' })

  expect(messageTexts(await resumed.until(hasTexts(1)))).toEqual(['missed'])
})

test('a position that is unknown, of another conversation, too old or too far back causes a reset', async () => {
  let now = Date.now()
  await using server = await startTestServer({ now: () => now, replayMaxCount: 5, replayMaxAgeMs: 60_000 })
  const me = await connectWithoutRetry(server.url)
  const id = await createConversation(me)
  const otherId = await createConversation(me)
  const otherStream = await openStream(me, { id: otherId })
  const start = (await openStream(me, { id })).ready.id ?? ''
  await sendTexts(me, id, ...numbers(6))
  const recent = await openStream(me, { id })

  const stateAfter = async (after: string) => (await openStream(me, { id, after })).ready.state

  expect(await stateAfter('nonsense')).toBe('reset')
  expect(await stateAfter(otherStream.ready.id ?? '')).toBe('reset')
  expect(await stateAfter('zzzzzzzzzzzzzzzzzzzz')).toBe('reset')
  expect(await stateAfter(start)).toBe('reset')
  expect(await stateAfter(recent.ready.id ?? '')).toBe('resumed')
  now += 120_000
  expect(await stateAfter(recent.ready.id ?? '')).toBe('reset')
})

test('a stream opened just after sending starts with the newest message of the user', async () => {
  await using server = await startTestServer({ monotonicNow: createFrozenClock() })
  const me = await connectWithoutRetry(server.url)
  const participant = await connectWithoutRetry(server.url)
  const id = await createConversation(me, participant)
  await sendTexts(participant, id, 'earlier')
  await sendTexts(me, id, 'mine')
  await sendTexts(participant, id, 'answer')

  const stream = await openStream(me, { id })

  expect(messageTexts(await stream.until(hasTexts(2)))).toEqual(['mine', 'answer'])
})

test('a stream can resume after the id of a message or event', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const participant = await connectWithoutRetry(server.url)
  const id = await createConversation(me, participant)
  const { message } = await me.createMessage({ conversationId: id, payload: { type: 'text', text: 'mine' } })
  const { event } = await me.createEvent({ conversationId: id, payload: { kind: 'waved' } })
  await sendTexts(participant, id, 'answer')

  const afterMessage = await openStream(me, { id, after: message.id })
  const afterEvent = await openStream(me, { id, after: event.id })
  const otherConversation = await openStream(me, { id: await createConversation(me), after: message.id })

  expect(afterMessage.ready.state).toBe('resumed')
  expect(await afterMessage.until(hasTexts(1))).toMatchObject([
    { type: 'event_created', data: { id: event.id } },
    { type: 'message_created', data: { payload: { text: 'answer' } } },
  ])
  expect(messageTexts(await afterEvent.until(hasTexts(1)))).toEqual(['answer'])
  expect(otherConversation.ready.state).toBe('reset')
})

test('a stream receives no signals of another conversation', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const [first, second] = [await createConversation(me), await createConversation(me)]
  const stream = await openStream(me, { id: first })

  await sendTexts(me, second, 'elsewhere')
  await me.createEvent({ conversationId: second, payload: { elsewhere: true } })
  await sendTexts(me, first, 'here')

  await stream.until(hasTexts(1))
  expect(stream.signals.map(({ type }) => type)).toEqual(['message_created'])
})

test('INV-5: the streams of a removed participant end after the removal, and other streams continue', async () => {
  await using server = await startTestServer()
  const owner = await connectWithoutRetry(server.url)
  const participant = await connectWithoutRetry(server.url)
  const id = await createConversation(owner, participant)
  const otherId = await createConversation(owner, participant)
  const [removed, alsoRemoved, kept, ownerStream] = await Promise.all([
    openStream(participant, { id }),
    openStream(participant, { id }),
    openStream(participant, { id: otherId }),
    openStream(owner, { id }),
  ])

  await sendTexts(owner, id, 'before')
  await Promise.all([
    owner.removeParticipant({ conversationId: id, userId: participant.user.id }),
    sendTexts(owner, id, 'after'),
  ])
  await sendTexts(owner, otherId, 'still connected')

  for (const stream of [removed, alsoRemoved]) {
    // The server ended the stream. The client reconnected and was rejected.
    expect(await stream.ended).toMatchObject({ type: 'Forbidden' })
    expect(stream.signals.map(({ type }) => type)).toEqual(['message_created', 'participant_removed'])
  }
  expect(messageTexts(await kept.until(hasTexts(1)))).toEqual(['still connected'])
  expect(messageTexts(await ownerStream.until(hasTexts(2)))).toEqual(['before', 'after'])
})

test('deleting a conversation or a user ends their streams', async () => {
  await using server = await startTestServer()
  const owner = await connectWithoutRetry(server.url)
  const participant = await connectWithoutRetry(server.url)
  const deleted = await createConversation(owner, participant)
  const shared = await createConversation(participant, owner)
  const [first, second, third] = await Promise.all([
    openStream(participant, { id: deleted }),
    openStream(owner, { id: shared }),
    openStream(participant, { id: shared }),
  ])

  await owner.deleteConversation({ id: deleted })
  await owner.deleteUser()

  expect(await first.ended).toMatchObject({ type: 'Forbidden' })
  expect(await second.ended).toMatchObject({ type: 'ResourceNotFound' })
  const removal = { conversationId: shared, participantId: owner.user.id }
  expect(await third.until((signals) => signals.length > 0)).toMatchObject([
    { type: 'participant_removed', data: removal },
  ])
  expect(server.streams).toBe(1)
})

test('INV-10: the replay of a deleted message contains only its deletion', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await createConversation(me)
  const start = (await openStream(me, { id })).ready.id ?? ''
  const { message } = await me.createMessage({
    conversationId: id,
    payload: { type: 'text', text: 'secret' },
  })
  await me.deleteMessage({ id: message.id })

  const replayed = await openStream(me, { id, after: start })
  await sendTexts(me, id, 'next')

  expect(await replayed.until(hasTexts(1))).toMatchObject([
    { type: 'message_deleted', data: { id: message.id, conversationId: id, userId: me.user.id } },
    { type: 'message_created' },
  ])
  expect(JSON.stringify(replayed.signals)).not.toContain('secret')
})

test('INV-6: a new conversation with a reused id shows nothing of the deleted one', async () => {
  await using server = await startTestServer()
  const previousOwner = await connectWithoutRetry(server.url)
  await previousOwner.createConversation({ id: 'shared-name' })
  const stream = await openStream(previousOwner, { id: 'shared-name' })
  await sendTexts(previousOwner, 'shared-name', 'old secret')
  await stream.until(hasTexts(1))
  await previousOwner.deleteConversation({ id: 'shared-name' })

  const newOwner = await connectWithoutRetry(server.url)
  await newOwner.createConversation({ id: 'shared-name' })
  const resumed = await openStream(newOwner, { id: 'shared-name', after: stream.signals.at(-1)?.id ?? '' })
  await sendTexts(newOwner, 'shared-name', 'new')

  expect(resumed.ready.state).toBe('reset')
  expect(messageTexts(await resumed.until(hasTexts(1)))).toEqual(['new'])
  const { messages } = await newOwner.listMessages({ conversationId: 'shared-name' })
  expect(messages.map(({ payload }) => payload)).toEqual([{ type: 'text', text: 'new' }])
  await expect(previousOwner.getConversation({ id: 'shared-name' })).rejects.toMatchObject({
    type: 'Forbidden',
  })
})

test('a sender receives the signal of their message before the response', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await createConversation(me)
  const stream = await openStream(me, { id })
  await sendTexts(me, id, 'first')
  await stream.until(hasTexts(1))

  for (const text of numbers(20)) await sendTexts(me, id, text)

  // Signals are written before responses. The loopback delivers all of them by the end of one more request.
  await me.getUser()
  expect(messageTexts(stream.signals).slice(1)).toEqual(numbers(20))
})

test('a thousand streams that open and close leak no listener', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await createConversation(me)

  for (let round = 0; round < 50; round++) {
    const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(me, { id })))
    for (const stream of streams) stream.close()
  }

  await expect.poll(() => server.streams).toBe(0)
})

test('a listener that does not read its stream is disconnected and does not delay others', async () => {
  await using server = await startTestServer({ maxBufferedBytes: 200_000 })
  const me = await connectWithoutRetry(server.url)
  const id = await createConversation(me)
  const { hostname, port } = new URL(server.url)
  const stalled = connect(Number(port), hostname)
  stalled.write(
    `GET /demo/conversations/${id}/listen HTTP/1.1\r\nhost: x\r\nx-user-key: ${me.userKey}\r\n\r\n`,
  )
  await waitUntil(() => server.streams === 1)
  stalled.pause()
  const healthy = await openStream(me, { id })

  const text = 'x'.repeat(500_000)
  let sent = 0
  while (server.streams === 2 && sent < 100) {
    await sendTexts(me, id, text)
    sent++
  }

  expect(server.streams).toBe(1)
  expect(messageTexts(await healthy.until(hasTexts(sent)))).toHaveLength(sent)
  stalled.destroy()
})

test('an idle stream gets pings, and ends when its key expires', async () => {
  let now = Date.now()
  let monotonicNow = 0
  const clocks = { now: () => now, monotonicNow: () => monotonicNow }
  await using server = await startTestServer({
    encryptionKey: 'the secret of a bot under test, for its keys',
    ...clocks,
    pingIntervalMs: 20_000,
  })
  const userKey = await signUserKey({
    userId: 'ann',
    encryptionKey: 'the secret of a bot under test, for its keys',
    expiresInSeconds: 100,
  })
  const me = await connectWithoutRetry(server.url, userKey)
  const id = await createConversation(me)
  const response = await fetch(`${server.url}/conversations/${id}/listen`, {
    headers: { 'x-user-key': userKey },
  })
  const bytes = response.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  const read = async () => String((await bytes?.next())?.value)

  expect(await read()).toContain('event: ready')
  // Setting the clock back does not stop pings.
  now -= 3_600_000
  monotonicNow += 30_000
  expect(await read()).toBe('event: message\ndata: ping\n\n')
  now += 3_800_000
  expect(await read()).toBe('undefined')
})
