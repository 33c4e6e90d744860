import type { OperationResult } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import {
  invalidBodies,
  invalidIds,
  invalidPayloads,
  type OperationWithBody,
} from './raw-http/invalid-bodies.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import {
  createConversation,
  createTestUser,
  sendText,
  listTexts,
  type TestUser,
} from './raw-http/test-user.ts'
import { validRequests } from './raw-http/valid-requests.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const logger = createRecordingLogger()
let server: TestServer
let ada: TestUser

beforeAll(async () => {
  server = await startTestServer({ logger })
  ada = await createTestUser(server.url, { id: 'ada' })
  await ada.post('/conversations', { id: 'c1' })
})
afterAll(() => server.close())

const subjects = {
  conversationId: 'c1',
  messageId: '-',
  eventId: '-',
  otherParticipantId: 'ada',
  addableUserId: 'ada',
}
const writing = Object.keys(invalidBodies) as OperationWithBody[]

describe('a body', () => {
  const brokenJson = [
    '{',
    '{"id":',
    '}',
    '[',
    '{]',
    "{'id':'a'}",
    '{"id":"a",}',
    '{"id":"a"} {}',
    '"',
    'undefined',
    'NaN',
    '\\',
    '\0',
    '{"id":"a\n"}',
    '{"a":01}',
    '[1e]',
    '<a/>',
    'id=a',
  ]

  test.each(writing)('of %s that is broken JSON is refused', async (name) => {
    const { method, path } = validRequests[name](subjects)

    const found = await outcomesOf(brokenJson, (body) =>
      sendRequest(method, server.url + path, { key: ada.key, body }),
    )

    expect(found).toEqual(brokenJson.map((body) => [body, '400 InvalidPayload']))
  })

  test.each(writing)('of %s that has the wrong form is refused', async (name) => {
    const { method, path } = validRequests[name](subjects)
    const bodies = invalidBodies[name].map((body) => JSON.stringify(body))

    const found = await outcomesOf(bodies, (body) =>
      sendRequest(method, server.url + path, { key: ada.key, body }),
    )

    expect(found).toEqual(bodies.map((body) => [body, '400 InvalidPayload']))
  })

  test.each(Object.entries(invalidPayloads))('with a bad payload is refused: %s', async (_, payloads) => {
    const bodies = payloads.map((payload) => JSON.stringify({ conversationId: 'c1', payload }))

    const found = await outcomesOf(bodies, (body) => ada.post('/messages', body))

    expect(found).toEqual(bodies.map((body) => [body, '400 InvalidPayload']))
  })

  test('that was refused has left nothing behind', async () => {
    expect(await listTexts(ada, 'c1')).toEqual([])
    expect(await ada.get('/conversations')).toMatchObject({ body: { conversations: [{ id: 'c1' }] } })
    expect(Object.keys((await ada.get<object>('/users/me')).body)).toEqual(['user'])
  })

  test('names the member at fault and what it must be', async () => {
    const payload = {
      type: 'choice',
      text: 'Tea?',
      options: [
        { label: 'Yes', value: 'yes' },
        { label: 'No', value: '' },
      ],
    }

    const { body } = await ada.post<{ message: string }>('/messages', { conversationId: 'c1', payload })

    expect(body.message).toContain('payload.options[1].value must not be empty')
  })

  test.each(writing)('of 2 MB is too large for %s', async (name) => {
    const { method, path } = validRequests[name](subjects)
    const body = JSON.stringify({ name: 'x'.repeat(2_000_000) })

    const answer = await sendRequest(method, server.url + path, { key: ada.key, body })

    expect(outcome(answer)).toBe('413 PayloadTooLarge')
  })

  test('with a payload may have exactly 1 MiB, in any alphabet', async () => {
    const filled = (letter: string) => {
      const [before, after] = [`{"conversationId":"${subjects.conversationId}","payload":{"a":"`, '"}}']
      const rest = 1024 * 1024 - before.length - after.length
      const letters = letter.repeat(Math.floor(rest / Buffer.byteLength(letter)))
      return `${before}${letters}${after}${' '.repeat(rest - Buffer.byteLength(letters))}`
    }

    for (const letter of ['x', '字']) {
      expect(outcome(await ada.post('/events', filled(letter)))).toBe('201')
      expect(outcome(await ada.post('/events', `${filled(letter)} `))).toBe('413 PayloadTooLarge')
    }
  })

  test.each([
    ['POST', '/users', 64],
    ['POST', '/users/get-or-create', 64],
    ['PUT', '/users/me', 64],
    ['POST', '/conversations', 16],
    ['POST', '/conversations/get-or-create', 16],
    ['POST', '/conversations/c1/participants', 16],
    ['PUT', '/conversations/c1/typing', 16],
    ['DELETE', '/messages/m1', 16],
  ])('to %s %s has at most %i KiB, and the error names the limit', async (method, path, kibibytes) => {
    const send = (bytes: number) =>
      sendRequest(method, server.url + path, { key: ada.key, body: ' '.repeat(bytes) })

    const [largest, larger] = [await send(kibibytes * 1024), await send(kibibytes * 1024 + 1)]

    expect(outcome(largest)).not.toBe('413 PayloadTooLarge')
    expect(outcome(larger)).toBe('413 PayloadTooLarge')
    expect(larger.body).toMatchObject({ message: expect.stringContaining(`${kibibytes} KiB`) as string })
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/octet-stream',
    'text/json',
    'garbage',
    ';',
  ])('of the type %s is not understood', async (type) => {
    const answer = await sendRequest('PUT', `${server.url}/users/me`, {
      key: ada.key,
      body: '{}',
      headers: { 'content-type': type },
    })

    expect(outcome(answer)).toBe('415 UnsupportedMediaType')
  })

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('of the type %s is JSON', async (type) => {
    const answer = await sendRequest('PUT', `${server.url}/users/me`, {
      key: ada.key,
      body: '{"name":"Ada"}',
      headers: { 'content-type': type },
    })

    expect(answer).toMatchObject({ status: 200, body: { user: { name: 'Ada' } } })
  })
})

describe('an id', () => {
  test.each([
    'a',
    'a'.repeat(70),
    '-',
    '_',
    '/',
    '\\',
    '//',
    '\\\\',
    'a/b',
    'a\\b',
    '/a/',
    'a/messages',
    'me',
    '0',
  ])('%j is as good as any, percent-encoded in a path', async (id) => {
    const owner = await createTestUser(server.url)
    const path = `/conversations/${encodeURIComponent(id)}`
    const conversation = { conversation: { id } }

    expect(await owner.post('/conversations', { id })).toMatchObject({ status: 201, body: conversation })
    expect(await owner.get(path)).toMatchObject({ status: 200, body: conversation })
    expect(await owner.get(`${path}/messages`)).toMatchObject({ status: 200, body: { messages: [] } })
    expect(outcome(await owner.get(`${path}/listen`))).toBe('200')
    expect(await owner.delete(path)).toMatchObject({ status: 200, body: {} })
  })

  test.each(['a/b', 'a\\b', '/', '\\'])('%j names a user as well', async (id) => {
    const user = await createTestUser(server.url, { id })
    const conversationId = await createConversation(ada, user)
    const path = `/conversations/${conversationId}/participants/${encodeURIComponent(id)}`

    expect(await ada.get(path)).toMatchObject({ status: 200, body: { participant: { id } } })
    expect(await ada.delete(path)).toMatchObject({ status: 200, body: {} })
    await user.delete('/users/me')
  })

  test.each(['raw/slash', 'raw\\backslash', '/raw/', 'raw/listen', '\\'])(
    '%j may stand in the path of a stream as it is',
    async (id) => {
      const owner = await createTestUser(server.url)
      await owner.post('/conversations', { id })

      expect(outcome(await owner.get(`/conversations/${id}/listen`))).toBe('200')
      expect(outcome(await owner.get(`/conversations/${id}/listen/`))).toBe('200')
      expect(outcome(await ada.get(`/conversations/${id}/listen`))).toBe('403 Forbidden')
    },
  )

  test('that breaks the rule is found nowhere', async () => {
    const paths = invalidIds
      .filter((id) => id !== '' && id !== '..')
      .map((id) => `/conversations/${encodeURIComponent(id)}`)

    const found = await outcomesOf(paths, (path) => ada.get(path))

    expect(found).toEqual(paths.map((path) => [path, '404 ResourceNotFound']))
  })

  test('is what its percent-encoding says, decoded once', async () => {
    expect(outcome(await ada.get('/conversations/%63%31'))).toBe('200')
    expect(outcome(await ada.get('/conversations/c1%0A'))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get('/conversations/c1%20'))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get('/conversations/%2563%2531'))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get(`/conversations/${'a'.repeat(5_000)}`))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get(`/conversations/${'a'.repeat(5_000)}/messages`))).toBe('403 Forbidden')
  })

  test.each(['%', '%2', '%zz', '%E0%A4%A', '%C0%AF', '%ED%A0%80', '%FF'])(
    'whose percent-encoding is broken is refused: %s',
    async (id) => {
      expect(outcome(await ada.get(`/conversations/${id}`))).toBe('400 InvalidIdentifier')
      expect(outcome(await ada.get(`/conversations/${id}/listen`))).toBe('400 InvalidIdentifier')
      expect(outcome(await ada.get(`/conversations/c1/participants/${id}`))).toBe('400 InvalidIdentifier')
      expect(outcome(await ada.delete(`/messages/${id}`))).toBe('400 InvalidIdentifier')
    },
  )

  test.each([
    'msg_',
    'msg_0',
    'event_00000000000000000000',
    'msg_00000000000000000000',
    'msg_zzzzzzzzzzzzzzzzzzzz',
    'msg_-0000000000000000001',
    `msg_${'0'.repeat(28)}`,
    `event_${'0'.repeat(28)}`,
    `msg_${'z'.repeat(28)}`,
    '%00',
    '\u{1F4AC}',
  ])('of a message that was never given out is not found: %s', async (id) => {
    expect(outcome(await ada.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.delete(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get(`/events/${id}`))).toBe('404 ResourceNotFound')
  })

  test('of a message is none of an event, nor the other way round', async () => {
    const { id } = await sendText(ada, await createConversation(ada), 'Hello')

    expect(outcome(await ada.get(`/events/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get(`/events/${id.replace('msg_', 'event_')}`))).toBe('404 ResourceNotFound')
  })
})

describe('a list', () => {
  const lists = ['/conversations', '/conversations/c1/messages', '/conversations/c1/participants']
  const badLimits = [
    '0',
    '101',
    '-1',
    'abc',
    '1.5',
    '',
    '1&limit=2',
    'NaN',
    'Infinity',
    '1e1',
    '0x10',
    '+5',
    '%205',
    '5%00',
  ]
  const badTokens = [
    '',
    'abc',
    'null',
    '%00',
    '%F0%9F%92%AC',
    'a&nextToken=b',
    'a'.repeat(5_000),
    'bTEuMQ%3D%3D',
    'bTEuMQ',
  ]
  const badQueries = [
    ...badLimits.map((value) => `limit=${value}`),
    ...badTokens.map((value) => `nextToken=${value}`),
  ]

  test.each(lists)('%s refuses a query that makes no sense', async (list) => {
    const found = await outcomesOf(badQueries, (query) => ada.get(`${list}?${query}`))

    expect(found).toEqual(badQueries.map((query) => [query, '400 InvalidQuery']))
  })

  test('refuses the token of another list', async () => {
    const other = await createConversation(ada)
    for (const text of ['1', '2']) await sendText(ada, other, text)
    const page = await ada.get<OperationResult<'listMessages'>>(`/conversations/${other}/messages?limit=1`)
    const { nextToken = '' } = page.body.meta

    const found = await outcomesOf(lists, (list) => ada.get(`${list}?nextToken=${nextToken}`))

    expect(nextToken).not.toBe('')
    expect(found).toEqual(lists.map((list) => [list, '400 InvalidQuery']))
  })

  test.each(lists)('%s ignores what else its query says', async (list) => {
    expect(outcome(await ada.get(`${list}?foo=bar&__proto__=1&constructor=2&limit=100`))).toBe('200')
  })
})

describe('a failure', () => {
  test('has an id of its own, which stands in the log', async () => {
    const first = await ada.get<{ id: string }>('/conversations/nowhere')
    const second = await ada.get<{ id: string }>('/conversations/nowhere')

    expect(first.body.id).not.toBe(second.body.id)
    expect(logger.entries).toContainEqual(expect.objectContaining({ errorId: first.body.id }))
  })

  test('never keeps the server from answering well, and none was a fault', async () => {
    expect(outcome(await sendRequest('GET', `${server.url}/hello`))).toBe('200')
    expect(logger.errors).toEqual([])
  })
})

/** Each input with the outcome that it had. */
function outcomesOf(
  inputs: string[],
  send: (input: string) => ReturnType<typeof sendRequest>,
): Promise<[string, string][]> {
  return Promise.all(
    inputs.map(async (input): Promise<[string, string]> => [input, outcome(await send(input))]),
  )
}
