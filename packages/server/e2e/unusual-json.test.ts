import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const logger = createRecordingLogger()
let server: TestServer
let ada: TestUser
let conversationId: string

beforeAll(async () => {
  server = await startTestServer({ logger })
  ada = await createTestUser(server.url)
})
beforeEach(async () => {
  conversationId = await createConversation(ada)
})
afterAll(() => server.close())

/** JSON that would change if it were parsed and serialized again. */
const samples: Record<string, string> = {
  'keys that look like numbers': '{"b":1,"2":2,"a":3,"1":4}',
  'numbers beyond the range of a double': '{"n":12345678901234567890,"m":1e400,"o":0.1000000000000000055}',
  'numbers in different notations': '{"a":1.0,"b":-0,"c":1E2,"d":1e-7}',
  'a key named __proto__': '{"__proto__":{"isAdmin":true},"constructor":{"prototype":1}}',
  'escaped characters': String.raw`{"a":"\u00e4\/\"\\\b\f\n\r\t","\u006bey":"\ud83d\udcac"}`,
  'lone surrogates': String.raw`{"a":"\ud83d","b":"\udcac\ud83d"}`,
  'the NUL character': String.raw`{"a":"\u0000b","\u0000":1}`,
  'line separators that do not end a line of a stream': '{"a":"\u2028\u2029\u0085"}',
  'quotes, braces and commas in strings': String.raw`{"a":"}],{\"","b":"\\","c":","}`,
  'null, empty and nested values': '{"a":null,"b":{},"c":[],"d":[[{"e":[null,true,""]}]]}',
  'no keys at all': '{}',
  'characters of many alphabets': '{"ключ":"字","😀":"🏳️‍🌈"}',
}

test.each(Object.entries(samples))(
  'metadata and payloads of messages are stored unchanged: %s',
  async (_, json) => {
    const members = json === '{}' ? '' : `,${json.slice(1, -1)}`
    const payload = `{"type":"text","text":"Hello"${members}}`

    const message = await ada.post<{ message: { id: string } }>(
      '/messages',
      `{"conversationId":"${conversationId}","payload":${payload},"metadata":${json}}`,
    )
    const fetched = await ada.get(`/messages/${message.body.message.id}`)
    const listed = await ada.get(`/conversations/${conversationId}/messages`)

    for (const response of [message, fetched, listed]) {
      expect(response.text).toContain(`"payload":${payload},"metadata":${json}}`)
    }
  },
)

test.each(Object.entries(samples))('payloads of events are stored unchanged: %s', async (_, json) => {
  const event = await ada.post<{ event: { id: string } }>(
    '/events',
    `{"conversationId":"${conversationId}","payload":${json}}`,
  )
  const fetched = await ada.get(`/events/${event.body.event.id}`)

  for (const response of [event, fetched]) expect(response.text).toContain(`"payload":${json}}`)
})

test.each(Object.entries(samples))('signals contain payloads unchanged: %s', async (_, json) => {
  await using stream = await openConversationStream(ada, conversationId)

  await ada.post('/events', `{"conversationId":"${conversationId}","payload":${json}}`)
  const signal = await stream.next()

  expect(signal?.data).toContain(`"payload":${json},"isBot":false}}`)
})

test.each(['\n', '\r\n', '\r', '\n\n', '\t '])(
  'a body with %j between its tokens does not break a stream',
  async (space) => {
    await using stream = await openConversationStream(ada, conversationId)
    const tokens = [
      '{',
      '"conversationId"',
      ':',
      `"${conversationId}"`,
      ',',
      '"payload"',
      ':',
      '{',
      '"type"',
      ':',
      '"text"',
      ',',
      '"text"',
      ':',
      '"a  b"',
      '}',
      ',',
      '"metadata"',
      ':',
      '{',
      '"n"',
      ':',
      '[',
      '1',
      ',',
      '2',
      ']',
      '}',
      '}',
    ]

    const sent = await ada.post('/messages', tokens.join(space))
    const signal = await stream.next()

    expect(outcome(sent)).toBe('201')
    expect(signal?.data).toContain(
      '"payload":{"type":"text","text":"a  b"},"metadata":{"n":[1,2]},"isBot":false}}',
    )
  },
)

describe('of a duplicate key', () => {
  test('the last value is used', async () => {
    const { text } = await ada.post(
      '/messages',
      `{"conversationId":"nowhere","payload":{"type":"nope"},"conversationId":"${conversationId}",` +
        String.raw`"payl\u006fad":{"type":"text","text":"1","text":"2"}}`,
    )

    expect(JSON.parse(text)).toMatchObject({
      message: { conversationId, payload: { type: 'text', text: '2' } },
    })
  })

  test('the last value is validated', async () => {
    const valid = '{"type":"text","text":"1"}'
    const body = `{"conversationId":"${conversationId}","payload":${valid},"payload":{"type":"text"}}`

    expect(outcome(await ada.post('/messages', body))).toBe('400 InvalidPayload')
  })
})

describe('a body', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  const event = (payload: string) =>
    ada.post('/events', `{"conversationId":"${conversationId}","payload":${payload}}`)

  test('of 100 levels is stored unchanged', async () => {
    const payload = `{"a":${nested(98)}}`

    const { text, status } = await event(payload)

    expect(status).toBe(201)
    expect(text.endsWith(`"payload":${payload}}}`)).toBe(true)
  })

  test('of more than 100 levels is rejected with that reason', async () => {
    const response = await event(`{"a":${nested(99)}}`)

    expect(outcome(response)).toBe('400 InvalidPayload')
    expect(response.body).toMatchObject({
      message: expect.stringContaining('more than 100 levels') as string,
    })
  })

  test('can contain any number of brackets in its strings', async () => {
    const payload = JSON.stringify({ a: '[{'.repeat(500), b: '"[['.repeat(500), c: '\\[{"'.repeat(500) })

    expect(outcome(await event(payload))).toBe('201')
  })

  test('of 100,000 levels is rejected by every operation', async () => {
    const veryDeep = nested(100_000)
    const deep = nested(5_000)
    const bodies = [
      deep,
      `{"name":${deep}}`,
      '['.repeat(10_000),
      '{"a":'.repeat(2_000),
      `"${'['.repeat(200)}`,
    ]

    expect(outcome(await event(`{"a":${veryDeep}}`))).toBe('400 InvalidPayload')
    expect(
      outcome(await ada.post('/messages', `{"conversationId":"${conversationId}","payload":${veryDeep}}`)),
    ).toBe('400 InvalidPayload')
    for (const body of bodies) {
      expect(outcome(await sendRequest('POST', `${server.url}/users`, { body }))).toBe('400 InvalidPayload')
      expect(outcome(await ada.put('/users/me', body))).toBe('400 InvalidPayload')
    }
  })
})

describe('a user', () => {
  test.each(['', ' ', '\0', '\n', '\u2028', '"}', '<b>', 'ü'.normalize('NFD'), '🏳️‍🌈', '__proto__'])(
    'can have any string as their name: %j',
    async (name) => {
      expect(await ada.put('/users/me', { name })).toMatchObject({ status: 200, body: { user: { name } } })
      expect(await ada.get('/users/me')).toMatchObject({ body: { user: { name } } })
    },
  )

  test.each([
    ['name', 256],
    ['pictureUrl', 2048],
  ])('can have a %s of up to %i characters of any alphabet', async (field, limit) => {
    expect(outcome(await ada.put('/users/me', { [field]: '💬'.repeat(limit) }))).toBe('200')

    const rejected = await ada.put('/users/me', { [field]: '字'.repeat(limit + 1) })

    expect(outcome(rejected)).toBe('400 InvalidPayload')
    expect(rejected.body).toMatchObject({
      message: `Unable to update the user; ${field} must have at most ${limit} characters.`,
    })
  })

  test('can have a profile of up to 1000 characters of any alphabet', async () => {
    expect(outcome(await ada.put('/users/me', { profile: '字'.repeat(1_000) }))).toBe('200')
    expect(outcome(await ada.put('/users/me', { profile: '💬'.repeat(1_000) }))).toBe('200')
    expect(outcome(await ada.put('/users/me', { profile: '字'.repeat(1_001) }))).toBe('400 InvalidPayload')
  })

  test('gets no fields from __proto__', async () => {
    const { body } = await sendRequest<{ user: object }>('POST', `${server.url}/users`, {
      body: '{"__proto__":{"name":"Eve","id":"eve"}}',
    })

    expect(Object.keys(body.user)).toEqual(['id', 'createdAt', 'updatedAt'])
  })
})

test('no request caused an internal error', () => {
  expect(logger.errors).toEqual([])
})
