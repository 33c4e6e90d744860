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

async function makeConversation(me: ConnectedUser, ...others: ConnectedUser[]): Promise<string> {
  const { conversation } = await me.createConversation({})
  for (const { user } of others) await me.addParticipant({ conversationId: conversation.id, userId: user.id })
  return conversation.id
}

test('200 rapid messages from 4 senders reach 3 listeners complete and in one order', async () => {
  await using server = await startTestServer()
  const users = await Promise.all([1, 2, 3, 4].map(() => connectWithoutRetry(server.url)))
  const [owner, ...others] = users as [ConnectedUser, ...ConnectedUser[]]
  const id = await makeConversation(owner, ...others)
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

test('INV-4: a listener cut off in the middle and resumed has no gap and no repeat', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await makeConversation(me)
  const before = await openStream(me, { id })
  const sending = sendTexts(me, id, ...numbers(60))
  await before.until(hasTexts(20))

  before.close()
  await before.ended
  const seen = [...before.signals]
  const after = await openStream(me, { id, after: seen.at(-1)?.id ?? '' })
  await sending
  await after.until((signals) => messageTexts(signals).length + messageTexts(seen).length >= 60)

  expect(after.ready.state).toBe('resumed')
  expect(messageTexts([...seen, ...after.signals])).toEqual(numbers(60))
})

test('what a stream says when it opens is enough to resume it before its first signal', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await makeConversation(me)
  const opened = await openStream(me, { id })
  opened.close()
  await sendTexts(me, id, 'missed')

  const resumed = await openStream(me, { id, after: opened.ready.id ?? '' })

  expect(messageTexts(await resumed.until(hasTexts(1)))).toEqual(['missed'])
})

test('a position that is unknown, of another conversation, too old or too far back is answered by a reset', async () => {
  let now = Date.now()
  await using server = await startTestServer({ now: () => now, replayMaxCount: 5, replayMaxAgeMs: 60_000 })
  const me = await connectWithoutRetry(server.url)
  const id = await makeConversation(me)
  const other = await makeConversation(me)
  const foreign = await openStream(me, { id: other })
  const start = (await openStream(me, { id })).ready.id ?? ''
  await sendTexts(me, id, ...numbers(6))
  const inReach = await openStream(me, { id })

  const stateAfter = async (after: string) => (await openStream(me, { id, after })).ready.state

  expect(await stateAfter('nonsense')).toBe('reset')
  expect(await stateAfter(foreign.ready.id ?? '')).toBe('reset')
  expect(await stateAfter('zzzzzzzzzzzzzzzzzzzz')).toBe('reset')
  expect(await stateAfter(start)).toBe('reset')
  expect(await stateAfter(inReach.ready.id ?? '')).toBe('resumed')
  now += 120_000
  expect(await stateAfter(inReach.ready.id ?? '')).toBe('reset')
})

test('a stream opened just after sending starts with the own newest message and all that followed', async () => {
  await using server = await startTestServer({ monotonicNow: createFrozenClock() })
  const me = await connectWithoutRetry(server.url)
  const other = await connectWithoutRetry(server.url)
  const id = await makeConversation(me, other)
  await sendTexts(other, id, 'earlier')
  await sendTexts(me, id, 'mine')
  await sendTexts(other, id, 'answer')

  const listening = await openStream(me, { id })

  expect(messageTexts(await listening.until(hasTexts(2)))).toEqual(['mine', 'answer'])
})

test('a stream goes on after a message that is named by its id, as its sender has it', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const other = await connectWithoutRetry(server.url)
  const id = await makeConversation(me, other)
  const { message } = await me.createMessage({ conversationId: id, payload: { type: 'text', text: 'mine' } })
  const { event } = await me.createEvent({ conversationId: id, payload: { kind: 'waved' } })
  await sendTexts(other, id, 'answer')

  const afterMessage = await openStream(me, { id, after: message.id })
  const afterEvent = await openStream(me, { id, after: event.id })
  const elsewhere = await openStream(me, { id: await makeConversation(me), after: message.id })

  expect(afterMessage.ready.state).toBe('resumed')
  expect(await afterMessage.until(hasTexts(1))).toMatchObject([
    { type: 'event_created', data: { id: event.id } },
    { type: 'message_created', data: { payload: { text: 'answer' } } },
  ])
  expect(messageTexts(await afterEvent.until(hasTexts(1)))).toEqual(['answer'])
  expect(elsewhere.ready.state).toBe('reset')
})

test('no signal leaks into another conversation', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const [first, second] = [await makeConversation(me), await makeConversation(me)]
  const listening = await openStream(me, { id: first })

  await sendTexts(me, second, 'elsewhere')
  await me.createEvent({ conversationId: second, payload: { elsewhere: true } })
  await sendTexts(me, first, 'here')

  await listening.until(hasTexts(1))
  expect(listening.signals.map(({ type }) => type)).toEqual(['message_created'])
})

test('INV-5: who is removed hears of it and of nothing later, on no stream of that conversation; others go on', async () => {
  await using server = await startTestServer()
  const owner = await connectWithoutRetry(server.url)
  const guest = await connectWithoutRetry(server.url)
  const id = await makeConversation(owner, guest)
  const another = await makeConversation(owner, guest)
  const [removed, alsoRemoved, kept, owners] = await Promise.all([
    openStream(guest, { id }),
    openStream(guest, { id }),
    openStream(guest, { id: another }),
    openStream(owner, { id }),
  ])

  await sendTexts(owner, id, 'before')
  await Promise.all([
    owner.removeParticipant({ conversationId: id, userId: guest.user.id }),
    sendTexts(owner, id, 'after'),
  ])
  await sendTexts(owner, another, 'still there')

  for (const stream of [removed, alsoRemoved]) {
    // The server ended it; the client came back, and was refused.
    expect(await stream.ended).toMatchObject({ type: 'Forbidden' })
    expect(stream.signals.map(({ type }) => type)).toEqual(['message_created', 'participant_removed'])
  }
  expect(messageTexts(await kept.until(hasTexts(1)))).toEqual(['still there'])
  expect(messageTexts(await owners.until(hasTexts(2)))).toEqual(['before', 'after'])
})

test('deleting a conversation, or the user, ends the streams that they concern', async () => {
  await using server = await startTestServer()
  const owner = await connectWithoutRetry(server.url)
  const guest = await connectWithoutRetry(server.url)
  const deleted = await makeConversation(owner, guest)
  const left = await makeConversation(guest, owner)
  const [first, second, third] = await Promise.all([
    openStream(guest, { id: deleted }),
    openStream(owner, { id: left }),
    openStream(guest, { id: left }),
  ])

  await owner.deleteConversation({ id: deleted })
  await owner.deleteUser()

  expect(await first.ended).toMatchObject({ type: 'Forbidden' })
  expect(await second.ended).toMatchObject({ type: 'ResourceNotFound' })
  const removal = { conversationId: left, participantId: owner.user.id }
  expect(await third.until((signals) => signals.length > 0)).toMatchObject([
    { type: 'participant_removed', data: removal },
  ])
  expect(server.streams).toBe(1)
})

test('INV-10: of a deleted message the replay keeps the deletion alone', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await makeConversation(me)
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

test('INV-6: an id that was freed and taken again shows its new holder nothing of the old', async () => {
  await using server = await startTestServer()
  const former = await connectWithoutRetry(server.url)
  await former.createConversation({ id: 'shared-name' })
  const stream = await openStream(former, { id: 'shared-name' })
  await sendTexts(former, 'shared-name', 'old secret')
  await stream.until(hasTexts(1))
  await former.deleteConversation({ id: 'shared-name' })

  const next = await connectWithoutRetry(server.url)
  await next.createConversation({ id: 'shared-name' })
  const resumed = await openStream(next, { id: 'shared-name', after: stream.signals.at(-1)?.id ?? '' })
  await sendTexts(next, 'shared-name', 'new')

  expect(resumed.ready.state).toBe('reset')
  expect(messageTexts(await resumed.until(hasTexts(1)))).toEqual(['new'])
  const { messages } = await next.listMessages({ conversationId: 'shared-name' })
  expect(messages.map(({ payload }) => payload)).toEqual([{ type: 'text', text: 'new' }])
  await expect(former.getConversation({ id: 'shared-name' })).rejects.toMatchObject({ type: 'Forbidden' })
})

test('a sender has its own signal before its request is answered', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await makeConversation(me)
  const listening = await openStream(me, { id })
  await sendTexts(me, id, 'first')
  await listening.until(hasTexts(1))

  for (const text of numbers(20)) await sendTexts(me, id, text)

  // Both travel over loopback, the signal first: what is still on its way when the answer is here takes no request more.
  await me.getUser()
  expect(messageTexts(listening.signals).slice(1)).toEqual(numbers(20))
})

test('a thousand streams opened and closed leave nobody behind', async () => {
  await using server = await startTestServer()
  const me = await connectWithoutRetry(server.url)
  const id = await makeConversation(me)

  for (let round = 0; round < 50; round++) {
    const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(me, { id })))
    for (const stream of streams) stream.close()
  }

  await expect.poll(() => server.streams).toBe(0)
})

test('a listener that does not drain is cut off, and holds up nobody', async () => {
  await using server = await startTestServer({ maxBufferedBytes: 200_000 })
  const me = await connectWithoutRetry(server.url)
  const id = await makeConversation(me)
  const { hostname, port } = new URL(server.url)
  const stuck = connect(Number(port), hostname)
  stuck.write(`GET /demo/conversations/${id}/listen HTTP/1.1\r\nhost: x\r\nx-user-key: ${me.userKey}\r\n\r\n`)
  await waitUntil(() => server.streams === 1)
  stuck.pause()
  const healthy = await openStream(me, { id })

  const text = 'x'.repeat(500_000)
  let sent = 0
  while (server.streams === 2 && sent < 100) {
    await sendTexts(me, id, text)
    sent++
  }

  expect(server.streams).toBe(1)
  expect(messageTexts(await healthy.until(hasTexts(sent)))).toHaveLength(sent)
  stuck.destroy()
})

test('a stream whose key expires is ended, and silence is broken by pings', async () => {
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
  const id = await makeConversation(me)
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
