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

/** An event in short: `added c`, `removed c`, `message Hello in c`. */
function brief({ event, data }: StreamEvent): string {
  const json = JSON.parse(data) as Record<string, unknown>
  if (event !== 'message') return `${event.replace('conversation_', '')} ${String(json['conversationId'])}`
  const { type, data: signal } = json as { type: string; data: Record<string, unknown> }
  const payload = signal['payload'] as { text?: string } | undefined
  const what = payload?.text === undefined ? type : `message ${payload.text}`
  return `${what} in ${String(signal['conversationId'])}`
}

/** Everything on a stream up to a message that is sent now, without it. */
async function heardBy(
  stream: { until: (isLast: (event: StreamEvent) => boolean) => Promise<StreamEvent[]> },
  sender: TestUser,
  conversationId: string,
): Promise<string[]> {
  await sendText(sender, conversationId, 'the end')
  const events = await stream.until((event) => brief(event) === `message the end in ${conversationId}`)
  return events.slice(0, -1).map(brief)
}

const after = (id: string) => ({ 'last-event-id': id })

test('one stream carries all conversations of the user, and nothing of others', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [mine, shared, his] = [
    await createConversation(ann),
    await createConversation(ben, ann),
    await createConversation(ben),
  ]
  await using stream = await openUserStream(ann)

  await sendText(ann, mine, 'one')
  await sendText(ben, shared, 'two')
  await sendText(ben, his, 'unheard')
  await ben.post('/events', { conversationId: shared, payload: { n: 3 } })

  expect(stream.ready).toMatchObject({ state: 'fresh', id: expect.stringMatching(/^u\w{30}$/) })
  expect(await heardBy(stream, ann, mine)).toEqual([
    `message one in ${mine}`,
    `message two in ${shared}`,
    `event_created in ${shared}`,
  ])
})

test('its signals are those of the conversation, each with a position of its own', async () => {
  const ann = await createTestUser(server.url)
  const id = await createConversation(ann)
  await using all = await openUserStream(ann)
  await using one = await openConversationStream(ann, id)

  await sendText(ann, id, 'Hello')

  const [ofAll, ofOne] = [await all.next(), await one.next()]
  expect(ofAll?.data).toBe(ofOne?.data)
  expect(ofAll?.id).not.toBe(ofOne?.id)
  for (const [path, position] of [
    ['/users/me/listen', ofOne?.id],
    [`/conversations/${id}/listen`, ofAll?.id],
  ] as const) {
    const headers = { 'x-user-key': ann.key, ...after(position ?? '') }
    await using stream = await openEventStream(server.url + path, headers)
    expect((await stream.next())?.data).toContain('"state":"reset"')
  }
})

test('conversations come and go: made, joined, left, removed, deleted', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const home = await createConversation(ann)
  await using stream = await openUserStream(ann)

  const made = await createConversation(ann)
  await sendText(ann, made, 'in mine')
  await ann.delete(`/conversations/${made}`)
  const joined = await createConversation(ben)
  await sendText(ben, joined, 'too early')
  await ben.post(`/conversations/${joined}/participants`, { userId: ann.id })
  await sendText(ben, joined, 'welcome')
  await ann.delete(`/conversations/${joined}/participants/${ann.id}`)
  await sendText(ben, joined, 'too late')
  const removed = await createConversation(ben, ann)
  await ben.delete(`/conversations/${removed}/participants/${ann.id}`)
  const deleted = await createConversation(ben, ann)
  await ben.delete(`/conversations/${deleted}`)

  expect(await heardBy(stream, ann, home)).toEqual([
    `added ${made}`,
    `message in mine in ${made}`,
    `removed ${made}`,
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

test('who comes back hears the same, of what was removed meanwhile only that', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const home = await createConversation(ann)
  const kept = await createConversation(ben, ann)
  const [left, removed, deleted] = [
    await createConversation(ben, ann),
    await createConversation(ben, ann),
    await createConversation(ben, ann),
  ]
  const { id } = await ready(ann)

  await sendText(ben, kept, 'kept')
  for (const conversation of [left, removed, deleted]) await sendText(ben, conversation, 'secret')
  await ann.delete(`/conversations/${left}/participants/${ann.id}`)
  await ben.delete(`/conversations/${removed}/participants/${ann.id}`)
  await ben.delete(`/conversations/${deleted}`)
  const made = await createConversation(ann)
  const joined = await createConversation(ben)
  await sendText(ben, joined, 'too early')
  await ben.post(`/conversations/${joined}/participants`, { userId: ann.id })
  await sendText(ben, joined, 'welcome')
  await using stream = await openUserStream(ann, after(id))

  expect(stream.ready).toEqual({ state: 'resumed', id })
  expect(await heardBy(stream, ann, home)).toEqual([
    `message kept in ${kept}`,
    `removed ${left}`,
    `removed ${removed}`,
    `removed ${deleted}`,
    `added ${made}`,
    `added ${joined}`,
    `participant_added in ${joined}`,
    `message welcome in ${joined}`,
  ])
})

test('who was removed and came back hears both, and what was said since', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const shared = await createConversation(ben, ann)
  const { id } = await ready(ann)

  await ben.delete(`/conversations/${shared}/participants/${ann.id}`)
  await sendText(ben, shared, 'among ourselves')
  await ben.post(`/conversations/${shared}/participants`, { userId: ann.id })
  await using stream = await openUserStream(ann, after(id))

  expect(await heardBy(stream, ben, shared)).toEqual([
    `removed ${shared}`,
    `added ${shared}`,
    `participant_added in ${shared}`,
  ])
})

test('an id that was deleted and taken again is removed, then added', async () => {
  const ann = await createTestUser(server.url)
  await ann.post('/conversations', { id: 'again' })
  const { id } = await ready(ann)

  await ann.delete('/conversations/again')
  await ann.post('/conversations', { id: 'again' })
  await using stream = await openUserStream(ann, after(id))

  expect(await heardBy(stream, ann, 'again')).toEqual(['removed again', 'added again'])
})

test('INV-5: after the removal nothing of the conversation is written, whatever is sent at the same time', async () => {
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

  const heard = await heardBy(stream, ann, home)
  const end = heard.indexOf(`removed ${shared}`)
  expect(end).toBeGreaterThan(0)
  expect(heard.slice(end + 1)).toEqual([])
})

test('INV-12: whatever is sent while it connects, a stream that resumes has no gap and no repeat', async () => {
  const ann = await createTestUser(server.url)
  const conversations = await Promise.all([1, 2, 3].map(() => createConversation(ann)))
  let { id } = await ready(ann)
  const sending = Promise.all(
    conversations.map(async (conversation) => {
      for (let n = 0; n < 40; n++) await sendText(ann, conversation, `${n}`)
    }),
  )

  const heard: string[] = []
  while (heard.length < 120) {
    const stream = await openUserStream(ann, after(id))
    expect(stream.ready.state).toBe('resumed')
    let count = 0
    for (const event of await stream.until(() => ++count === 17 || heard.length + count === 120)) {
      heard.push(brief(event))
      id = event.id ?? id
    }
    await stream[Symbol.asyncDispose]()
  }
  await sending

  for (const conversation of conversations) {
    expect(heard.filter((text) => text.endsWith(` in ${conversation}`))).toEqual(
      Array.from({ length: 40 }, (_, n) => `message ${n} in ${conversation}`),
    )
  }
})

test('INV-12: a restart takes no position away, also when the newest conversation was deleted', async () => {
  await using own = await startTestServer({ logger: createRecordingLogger() })
  const ann = await createTestUser(own.url)
  const home = await createConversation(ann)
  const gone = await createConversation(ann)
  await sendText(ann, gone, 'the newest')
  const { id } = await ready(ann)
  await ann.delete(`/conversations/${gone}`)

  await own.restart()
  await sendText(ann, home, 'after the restart')
  await using stream = await openUserStream(ann, after(id))

  expect(await heardBy(stream, ann, home)).toEqual([
    `removed ${gone}`,
    `message after the restart in ${home}`,
  ])
})

test('a position that is unknown, of somebody else, of another bot, too old or too far back is answered by a reset', async () => {
  let now = Date.now()
  const options = {
    logger: createRecordingLogger(),
    now: () => now,
    replayMaxCount: 5,
    replayMaxAgeMs: 60_000,
  }
  await using own = await startTestServer({ ...options, bots: { other: {} } })
  const [ann, ben] = [await createTestUser(own.url), await createTestUser(own.url)]
  const elsewhere = await createTestUser(`${own.origin}/other`, { id: ann.id })
  const home = await createConversation(ann)
  const { id: start } = await ready(ann)
  for (let n = 0; n < 6; n++) await sendText(ann, home, `${n}`)
  const { id: inReach } = await ready(ann)
  await sendText(ann, home, 'missed')
  const stateAfter = async (id: string) => (await ready(ann, id)).state

  expect(await stateAfter('nonsense')).toBe('reset')
  expect(await stateAfter((await ready(ben)).id)).toBe('reset')
  expect(await stateAfter((await ready(elsewhere)).id)).toBe('reset')
  expect(await stateAfter(`${inReach.slice(0, 12)}00000zzzzzz`)).toBe('reset')
  expect(await stateAfter(start)).toBe('reset')
  expect(await stateAfter(inReach)).toBe('resumed')
  now += 120_000
  expect(await stateAfter(inReach)).toBe('reset')
})

test('who missed more departures than are kept begins anew', async () => {
  const ann = await createTestUser(server.url)
  const { id } = await ready(ann)

  for (let n = 0; n < 1001; n += 13) {
    const batch = Array.from({ length: 13 }, (_, index) => `passing-${n + index}`)
    await Promise.all(batch.map((conversation) => ann.post('/conversations', { id: conversation })))
    await Promise.all(batch.map((conversation) => ann.delete(`/conversations/${conversation}`)))
  }

  expect((await ready(ann, id)).state).toBe('reset')
})

test('every bot is an island', async () => {
  const here = await createTestUser(server.url, { id: 'islander' })
  const there = await createTestUser(`${server.origin}/other`, { id: 'islander' })
  const [home, abroad] = [await createConversation(here), await createConversation(there)]
  await using stream = await openUserStream(here)

  await sendText(there, abroad, 'unheard')
  await createConversation(there)

  expect(await heardBy(stream, here, home)).toEqual([])
})

test('deleting the user ends their streams at once, and their key opens no other', async () => {
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [shared, owned] = [await createConversation(ben, ann), await createConversation(ann, ben)]
  const [stream, bare] = [await openUserStream(ann), await openUserStream(await createTestUser(server.url))]
  await using bens = await openUserStream(ben)

  await ann.delete('/users/me')

  expect(await stream.until(() => false)).toEqual([])
  expect(new Set(await heardBy(bens, ben, shared))).toEqual(
    new Set([`removed ${owned}`, `participant_removed in ${shared}`]),
  )
  expect(outcome(await ann.get('/users/me/listen'))).toBe('404 ResourceNotFound')
  await bare[Symbol.asyncDispose]()
})

test('a user without a conversation who is deleted hears no more either', async () => {
  const ann = await createTestUser(server.url)
  const stream = await openUserStream(ann)

  await ann.delete('/users/me')

  expect(await stream.next()).toBeUndefined()
})

test('a stream whose key expires is ended, and silence is broken by pings', async () => {
  let now = Date.now()
  await using own = await startTestServer({
    encryptionKey: secret,
    logger: createRecordingLogger(),
    now: () => now,
  })
  const key = signTestKey({ id: 'ann', exp: Math.floor(now / 1000) + 100 }, { secret })
  const ann = testUserWithKey(own.url, { id: 'ann', key })
  await ann.post('/users/get-or-create')
  await using stream = await openUserStream(ann)

  now += 30_000
  expect(await stream.next()).toEqual({ event: 'message', data: 'ping' })
  now += 200_000
  expect(await stream.next()).toBeUndefined()
})

test('what is being written is given whole to who comes late, in every conversation', async () => {
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
  await using own = await startTestServer({ bot, logger: createRecordingLogger() })
  const [ann, ben] = [await createTestUser(own.url), await createTestUser(own.url)]
  const ids = [await createConversation(ann), await createConversation(ann)]
  await using early = await openUserStream(ann)
  for (const id of ids) await sendText(ann, id, 'Hello')
  await early.nextSignals(4)

  await using late = await openUserStream(ann)
  const drafts = await late.nextSignals(2)
  await using joining = await openUserStream(ben)
  await ann.post(`/conversations/${ids[0]}/participants`, { userId: ben.id })
  const joined = await joining.until(({ data }) => data.includes('message_stream_delta'))
  release.resolve(undefined)
  const rest = await late.nextSignals(7)

  for (const draft of drafts)
    expect(draft).toMatchObject({ type: 'message_stream_delta', data: { sequence: 0, delta: 'half of ' } })
  expect(joined.map(brief).slice(0, 2)).toEqual([`added ${ids[0]}`, `participant_added in ${ids[0]}`])
  expect(joined.at(-1)?.data).toContain('"delta":"half of "')
  expect(rest.map((signal) => (signal as { type: string }).type).toSorted()).toEqual([
    'message_created',
    'message_created',
    'message_stream_complete',
    'message_stream_complete',
    'message_stream_delta',
    'message_stream_delta',
    'participant_added',
  ])
})

test('a listener that does not drain is cut off, and holds up nobody', async () => {
  await using own = await startTestServer({ logger: createRecordingLogger(), maxBufferedBytes: 200_000 })
  const ann = await createTestUser(own.url)
  const home = await createConversation(ann)
  const stuck = await openUserStream(ann)
  own.freeze({ dropOutput: true })

  for (let n = 0; n < 100 && own.streams > 0; n++) {
    await own.chat.bot('demo').send(home, { type: 'text', text: 'x'.repeat(50_000) })
  }

  expect(own.streams).toBe(0)
  own.resume()
  await expect(stuck.until(() => false)).rejects.toThrow('terminated')
})

test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'])('%s is no method of the route', async (method) => {
  const answer = await sendRequest(method, `${server.url}/users/me/listen`)

  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('GET')
})

test('who has no key, or does not exist, gets no stream', async () => {
  const ghost = testUserWithKey(server.url, { id: 'ghost', key: signTestKey({ id: 'ghost' }, { secret }) })

  expect(outcome(await sendRequest('GET', `${server.url}/users/me/listen`))).toBe('401 Unauthorized')
  expect(outcome(await ghost.get('/users/me/listen'))).toBe('404 ResourceNotFound')
})

test('five hundred streams opened and closed leave nobody behind', async () => {
  const ann = await createTestUser(server.url)
  await createConversation(ann)

  for (let round = 0; round < 25; round++) {
    const streams = await Promise.all(Array.from({ length: 20 }, () => openUserStream(ann)))
    for (const stream of streams) await stream[Symbol.asyncDispose]()
  }

  await expect.poll(() => server.streams).toBe(0)
})

/** Opens a stream for what it says when it opens. */
async function ready(person: TestUser, id?: string): Promise<{ state: string; id: string }> {
  await using stream = await openUserStream(person, id === undefined ? {} : after(id))
  return stream.ready
}
