import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import {
  openConversationStream,
  openUserStream,
  openEventStream,
  type StreamEvent,
} from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import {
  createConversation,
  createTestUser,
  testUserWithKey,
  sendText,
  type TestUser,
} from './raw-http/test-user.ts'
import { signTestKey } from './raw-http/user-key.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const secret = 'the secret of the bot under test'
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({
    encryptionKey: secret,
    logger: createRecordingLogger(),
    bots: { other: { encryptionKey: secret } },
  })
})
afterAll(() => server.close())

/** Summarizes an event: `added c`, `removed c`, `message Hello in c`. */
function summarize({ event, data }: StreamEvent): string {
  const json = JSON.parse(data) as Record<string, unknown>
  if (event !== 'message') return `${event.replace('conversation_', '')} ${String(json['conversationId'])}`
  const { type, data: signal } = json as { type: string; data: Record<string, unknown> }
  const payload = signal['payload'] as { text?: string } | undefined
  const description = payload?.text === undefined ? type : `message ${payload.text}`
  return `${description} in ${String(signal['conversationId'])}`
}

/** Sends a last message. @returns Summaries of all events before it. */
async function readToEnd(
  stream: { until: (isLast: (event: StreamEvent) => boolean) => Promise<StreamEvent[]> },
  sender: TestUser,
  conversationId: string,
): Promise<string[]> {
  await sendText(sender, conversationId, 'the end')
  const events = await stream.until((event) => summarize(event) === `message the end in ${conversationId}`)
  return events.slice(0, -1).map(summarize)
}

const after = (id: string) => ({ 'last-event-id': id })

test('a user stream has the signals of all conversations of the user, and no others', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [annId, sharedId, benId] = [
    await createConversation(ann),
    await createConversation(ben, ann),
    await createConversation(ben),
  ]
  await using stream = await openUserStream(ann)

  await sendText(ann, annId, 'one')
  await sendText(ben, sharedId, 'two')
  await sendText(ben, benId, 'not for ann')
  await ben.post('/events', { conversationId: sharedId, payload: { n: 3 } })

  expect(stream.ready).toMatchObject({ state: 'fresh', id: expect.stringMatching(/^u\w{30}$/) })
  expect(await readToEnd(stream, ann, annId)).toEqual([
    `message one in ${annId}`,
    `message two in ${sharedId}`,
    `event_created in ${sharedId}`,
  ])
})

test('a user stream has the same signals as the conversation stream, with other positions', async () => {
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await using userStream = await openUserStream(ann)
  await using conversationStream = await openConversationStream(ann, id)

  await sendText(ann, id, 'Hello')

  const [userEvent, conversationEvent] = [await userStream.next(), await conversationStream.next()]
  expect(userEvent?.data).toBe(conversationEvent?.data)
  expect(userEvent?.id).not.toBe(conversationEvent?.id)
  for (const [path, position] of [
    ['/users/me/listen', conversationEvent?.id],
    [`/conversations/${id}/listen`, userEvent?.id],
  ] as const) {
    const headers = { 'x-user-key': ann.key, ...after(position ?? '') }
    await using stream = await openEventStream(server.url + path, headers)
    expect((await stream.next())?.data).toContain('"state":"reset"')
  }
})

test('a user stream reports created, joined, left and deleted conversations', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const home = await createConversation(ann)
  await using stream = await openUserStream(ann)

  const created = await createConversation(ann)
  await sendText(ann, created, 'in own')
  await ann.delete(`/conversations/${created}`)
  const joined = await createConversation(ben)
  await sendText(ben, joined, 'before joining')
  await ben.post(`/conversations/${joined}/participants`, { userId: ann.id })
  await sendText(ben, joined, 'welcome')
  await ann.delete(`/conversations/${joined}/participants/${ann.id}`)
  await sendText(ben, joined, 'after leaving')
  const removed = await createConversation(ben, ann)
  await ben.delete(`/conversations/${removed}/participants/${ann.id}`)
  const deleted = await createConversation(ben, ann)
  await ben.delete(`/conversations/${deleted}`)

  expect(await readToEnd(stream, ann, home)).toEqual([
    `added ${created}`,
    `message in own in ${created}`,
    `removed ${created}`,
    `added ${joined}`,
    `participant_added in ${joined}`,
    `message welcome in ${joined}`,
    `participant_removed in ${joined}`,
    `removed ${joined}`,
    `added ${removed}`,
    `participant_added in ${removed}`,
    `participant_removed in ${removed}`,
    `removed ${removed}`,
    `added ${deleted}`,
    `participant_added in ${deleted}`,
    `removed ${deleted}`,
  ])
})

test('a resumed stream delivers all missed signals, but only the removal of removed conversations', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const home = await createConversation(ann)
  const kept = await createConversation(ben, ann)
  const [left, removed, deleted] = [
    await createConversation(ben, ann),
    await createConversation(ben, ann),
    await createConversation(ben, ann),
  ]
  const { id } = await readReadyEvent(ann)

  await sendText(ben, kept, 'kept')
  for (const conversation of [left, removed, deleted]) await sendText(ben, conversation, 'secret')
  await ann.delete(`/conversations/${left}/participants/${ann.id}`)
  await ben.delete(`/conversations/${removed}/participants/${ann.id}`)
  await ben.delete(`/conversations/${deleted}`)
  const created = await createConversation(ann)
  const joined = await createConversation(ben)
  await sendText(ben, joined, 'before joining')
  await ben.post(`/conversations/${joined}/participants`, { userId: ann.id })
  await sendText(ben, joined, 'welcome')
  await using stream = await openUserStream(ann, after(id))

  expect(stream.ready).toEqual({ state: 'resumed', id })
  expect(await readToEnd(stream, ann, home)).toEqual([
    `message kept in ${kept}`,
    `removed ${left}`,
    `removed ${removed}`,
    `removed ${deleted}`,
    `added ${created}`,
    `added ${joined}`,
    `participant_added in ${joined}`,
    `message welcome in ${joined}`,
  ])
})

test('a resumed stream reports that the user was removed and added again', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const shared = await createConversation(ben, ann)
  const { id } = await readReadyEvent(ann)

  await ben.delete(`/conversations/${shared}/participants/${ann.id}`)
  await sendText(ben, shared, 'without ann')
  await ben.post(`/conversations/${shared}/participants`, { userId: ann.id })
  await using stream = await openUserStream(ann, after(id))

  expect(await readToEnd(stream, ben, shared)).toEqual([
    `removed ${shared}`,
    `added ${shared}`,
    `participant_added in ${shared}`,
  ])
})

test('a deleted conversation and a new one with the same id are removed and added', async () => {
  const ann = await createTestUser(server.url)
  await ann.post('/conversations', { id: 'again' })
  const { id } = await readReadyEvent(ann)

  await ann.delete('/conversations/again')
  await ann.post('/conversations', { id: 'again' })
  await using stream = await openUserStream(ann, after(id))

  expect(await readToEnd(stream, ann, 'again')).toEqual(['removed again', 'added again'])
})

test('INV-5: after a removal, a stream has no signals of the conversation, even with concurrent messages', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [home, shared] = [await createConversation(ann), await createConversation(ben, ann)]
  await using stream = await openUserStream(ann)

  await Promise.all([
    ...Array.from({ length: 10 }, (_, n) => sendText(ben, shared, `${n}`)),
    ben.delete(`/conversations/${shared}/participants/${ann.id}`),
    ...Array.from({ length: 10 }, (_, n) => sendText(ben, shared, `${n}`)),
    ben.put(`/conversations/${shared}/typing`),
  ])
  await ben.put(`/conversations/${shared}/typing`)

  const events = await readToEnd(stream, ann, home)
  const end = events.indexOf(`removed ${shared}`)
  expect(end).toBeGreaterThan(0)
  expect(events.slice(end + 1)).toEqual([])
})

test('INV-12: a resumed stream has no gap and no duplicate, even with concurrent messages', async () => {
  const ann = await createTestUser(server.url)
  const conversations = await Promise.all([1, 2, 3].map(() => createConversation(ann)))
  let { id } = await readReadyEvent(ann)
  const sending = Promise.all(
    conversations.map(async (conversation) => {
      for (let n = 0; n < 40; n++) await sendText(ann, conversation, `${n}`)
    }),
  )

  const events: string[] = []
  while (events.length < 120) {
    const stream = await openUserStream(ann, after(id))
    expect(stream.ready.state).toBe('resumed')
    let count = 0
    for (const event of await stream.until(() => ++count === 17 || events.length + count === 120)) {
      events.push(summarize(event))
      id = event.id ?? id
    }
    await stream[Symbol.asyncDispose]()
  }
  await sending

  for (const conversation of conversations) {
    expect(events.filter((text) => text.endsWith(` in ${conversation}`))).toEqual(
      Array.from({ length: 40 }, (_, n) => `message ${n} in ${conversation}`),
    )
  }
})

test('INV-12: positions stay valid after a restart, even if the newest conversation was deleted', async () => {
  await using ownServer = await startTestServer({ logger: createRecordingLogger() })
  const ann = await createTestUser(ownServer.url)
  const home = await createConversation(ann)
  const deleted = await createConversation(ann)
  await sendText(ann, deleted, 'the newest')
  const { id } = await readReadyEvent(ann)
  await ann.delete(`/conversations/${deleted}`)

  await ownServer.restart()
  await sendText(ann, home, 'after the restart')
  await using stream = await openUserStream(ann, after(id))

  expect(await readToEnd(stream, ann, home)).toEqual([
    `removed ${deleted}`,
    `message after the restart in ${home}`,
  ])
})

test('a position that is unknown, of another user or bot, too old or too far back causes a reset', async () => {
  let now = Date.now()
  const options = {
    logger: createRecordingLogger(),
    now: () => now,
    replayMaxCount: 5,
    replayMaxAgeMs: 60_000,
  }
  await using ownServer = await startTestServer({ ...options, bots: { other: {} } })
  const [ann, ben] = [await createTestUser(ownServer.url), await createTestUser(ownServer.url)]
  const userOfOtherBot = await createTestUser(`${ownServer.origin}/other`, { id: ann.id })
  const home = await createConversation(ann)
  const { id: start } = await readReadyEvent(ann)
  for (let n = 0; n < 6; n++) await sendText(ann, home, `${n}`)
  const { id: recent } = await readReadyEvent(ann)
  await sendText(ann, home, 'missed')
  const stateAfter = async (id: string) => (await readReadyEvent(ann, id)).state

  expect(await stateAfter('nonsense')).toBe('reset')
  expect(await stateAfter((await readReadyEvent(ben)).id)).toBe('reset')
  expect(await stateAfter((await readReadyEvent(userOfOtherBot)).id)).toBe('reset')
  expect(await stateAfter(`${recent.slice(0, 12)}00000zzzzzz`)).toBe('reset')
  expect(await stateAfter(start)).toBe('reset')
  expect(await stateAfter(recent)).toBe('resumed')
  now += 120_000
  expect(await stateAfter(recent)).toBe('reset')
})

test('a stream is reset if more removals were missed than the server keeps', async () => {
  const ann = await createTestUser(server.url)
  const { id } = await readReadyEvent(ann)

  for (let n = 0; n < 1001; n += 13) {
    const batch = Array.from({ length: 13 }, (_, index) => `temporary-${n + index}`)
    await Promise.all(batch.map((conversation) => ann.post('/conversations', { id: conversation })))
    await Promise.all(batch.map((conversation) => ann.delete(`/conversations/${conversation}`)))
  }

  expect((await readReadyEvent(ann, id)).state).toBe('reset')
})

test('a user stream has no signals of another bot', async () => {
  const user = await createTestUser(server.url, { id: 'same-id' })
  const userOfOtherBot = await createTestUser(`${server.origin}/other`, { id: 'same-id' })
  const [home, otherHome] = [await createConversation(user), await createConversation(userOfOtherBot)]
  await using stream = await openUserStream(user)

  await sendText(userOfOtherBot, otherHome, 'not for this bot')
  await createConversation(userOfOtherBot)

  expect(await readToEnd(stream, user, home)).toEqual([])
})

test('deleting a user ends their streams at once, and their key cannot open another', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [shared, owned] = [await createConversation(ben, ann), await createConversation(ann, ben)]
  const [stream, otherStream] = [
    await openUserStream(ann),
    await openUserStream(await createTestUser(server.url)),
  ]
  await using bensStream = await openUserStream(ben)

  await ann.delete('/users/me')

  expect(await stream.until(() => false)).toEqual([])
  expect(new Set(await readToEnd(bensStream, ben, shared))).toEqual(
    new Set([`removed ${owned}`, `participant_removed in ${shared}`]),
  )
  expect(outcome(await ann.get('/users/me/listen'))).toBe('404 ResourceNotFound')
  await otherStream[Symbol.asyncDispose]()
})

test('deleting a user without conversations also ends their stream', async () => {
  const ann = await createTestUser(server.url)
  const stream = await openUserStream(ann)

  await ann.delete('/users/me')

  expect(await stream.next()).toBeUndefined()
})

test('an idle stream gets pings, and ends when its key expires', async () => {
  let now = Date.now()
  await using ownServer = await startTestServer({
    encryptionKey: secret,
    logger: createRecordingLogger(),
    now: () => now,
  })
  const key = signTestKey({ id: 'ann', exp: Math.floor(now / 1000) + 100 }, { secret })
  const ann = testUserWithKey(ownServer.url, { id: 'ann', key })
  await ann.post('/users/get-or-create')
  await using stream = await openUserStream(ann)

  now += 30_000
  expect(await stream.next()).toEqual({ event: 'message', data: 'ping' })
  now += 200_000
  expect(await stream.next()).toBeUndefined()
})

test('a new listener gets the text so far of all streaming messages', async () => {
  const release = Promise.withResolvers<undefined>()
  const bot = defineBot({
    onMessage: async ({ stream }) => {
      const answer = stream()
      answer.write('half of ')
      await release.promise
      answer.write('the answer')
      await answer.end()
    },
  })
  await using ownServer = await startTestServer({ bot, logger: createRecordingLogger() })
  const [ann, ben] = [await createTestUser(ownServer.url), await createTestUser(ownServer.url)]
  const ids = [await createConversation(ann), await createConversation(ann)]
  await using first = await openUserStream(ann)
  for (const id of ids) await sendText(ann, id, 'Hello')
  await first.nextSignals(4)

  await using second = await openUserStream(ann)
  const replayedDeltas = await second.nextSignals(2)
  await using bensStream = await openUserStream(ben)
  await ann.post(`/conversations/${ids[0]}/participants`, { userId: ben.id })
  const joined = await bensStream.until(({ data }) => data.includes('message_stream_delta'))
  release.resolve(undefined)
  const laterSignals = await second.nextSignals(7)

  for (const signal of replayedDeltas)
    expect(signal).toMatchObject({ type: 'message_stream_delta', data: { sequence: 0, delta: 'half of ' } })
  expect(joined.map(summarize).slice(0, 2)).toEqual([`added ${ids[0]}`, `participant_added in ${ids[0]}`])
  expect(joined.at(-1)?.data).toContain('"delta":"half of "')
  expect(laterSignals.map((signal) => (signal as { type: string }).type).toSorted()).toEqual([
    'message_created',
    'message_created',
    'message_stream_complete',
    'message_stream_complete',
    'message_stream_delta',
    'message_stream_delta',
    'participant_added',
  ])
})

test('a listener that does not read its stream is disconnected', async () => {
  await using ownServer = await startTestServer({
    logger: createRecordingLogger(),
    maxBufferedBytes: 200_000,
  })
  const ann = await createTestUser(ownServer.url)
  const home = await createConversation(ann)
  const stalled = await openUserStream(ann)
  ownServer.freeze({ holdOutput: true })

  for (let n = 0; n < 100 && ownServer.streams > 0; n++) {
    await ownServer.chat.bot('demo').send(home, { type: 'text', text: 'x'.repeat(50_000) })
  }

  expect(ownServer.streams).toBe(0)
  ownServer.resume()
  await expect(stalled.until(() => false)).rejects.toThrow('terminated')
})

test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'])('the route does not allow %s', async (method) => {
  const response = await sendRequest(method, `${server.url}/users/me/listen`)

  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET')
})

test('requests without a key and from unknown users are rejected', async () => {
  const unknownUser = testUserWithKey(server.url, {
    id: 'unknown',
    key: signTestKey({ id: 'unknown' }, { secret }),
  })

  expect(outcome(await sendRequest('GET', `${server.url}/users/me/listen`))).toBe('401 Unauthorized')
  expect(outcome(await unknownUser.get('/users/me/listen'))).toBe('404 ResourceNotFound')
})

test('500 streams that open and close leak no listener', async () => {
  const ann = await createTestUser(server.url)
  await createConversation(ann)

  for (let round = 0; round < 25; round++) {
    const streams = await Promise.all(Array.from({ length: 20 }, () => openUserStream(ann)))
    for (const stream of streams) await stream[Symbol.asyncDispose]()
  }

  await expect.poll(() => server.streams).toBe(0)
})

/** Opens a stream and closes it. @returns Its ready event. */
async function readReadyEvent(user: TestUser, id?: string): Promise<{ state: string; id: string }> {
  await using stream = await openUserStream(user, id === undefined ? {} : after(id))
  return stream.ready
}
