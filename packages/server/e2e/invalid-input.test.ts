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

const ids = {
  conversationId: 'c1',
  messageId: '-',
  eventId: '-',
  otherParticipantId: 'ada',
  addableUserId: 'ada',
}
const operationsWithBody = Object.keys(invalidBodies) as OperationWithBody[]

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

  test.each(operationsWithBody)('of %s is rejected if it is not valid JSON', async (name) => {
    const { method, path } = validRequests[name](ids)

    const actual = await collectOutcomes(brokenJson, (body) =>
      sendRequest(method, server.url + path, { key: ada.key, body }),
    )

    expect(actual).toEqual(brokenJson.map((body) => [body, '400 InvalidPayload']))
  })

  test.each(operationsWithBody)('of %s is rejected if it does not match the schema', async (name) => {
    const { method, path } = validRequests[name](ids)
    const bodies = invalidBodies[name].map((body) => JSON.stringify(body))

    const actual = await collectOutcomes(bodies, (body) =>
      sendRequest(method, server.url + path, { key: ada.key, body }),
    )

    expect(actual).toEqual(bodies.map((body) => [body, '400 InvalidPayload']))
  })

  test.each(Object.entries(invalidPayloads))(
    'is rejected if its payload is invalid: %s',
    async (_, payloads) => {
      const bodies = payloads.map((payload) => JSON.stringify({ conversationId: 'c1', payload }))

      const actual = await collectOutcomes(bodies, (body) => ada.post('/messages', body))

      expect(actual).toEqual(bodies.map((body) => [body, '400 InvalidPayload']))
    },
  )

  test('that was rejected has no effect', async () => {
    expect(await listTexts(ada, 'c1')).toEqual([])
    expect(await ada.get('/conversations')).toMatchObject({ body: { conversations: [{ id: 'c1' }] } })
    expect(Object.keys((await ada.get<object>('/users/me')).body)).toEqual(['user'])
  })

  test('that is invalid gets an error with the path of the field and the reason', async () => {
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

  test.each(operationsWithBody)('of 2 MB is too large for %s', async (name) => {
    const { method, path } = validRequests[name](ids)
    const body = JSON.stringify({ name: 'x'.repeat(2_000_000) })

    const response = await sendRequest(method, server.url + path, { key: ada.key, body })

    expect(outcome(response)).toBe('413 PayloadTooLarge')
  })

  test('with a payload can have up to 1 MiB, in any alphabet', async () => {
    const bodyOf = (letter: string) => {
      const [before, after] = [`{"conversationId":"${ids.conversationId}","payload":{"a":"`, '"}}']
      const byteCount = 1024 * 1024 - before.length - after.length
      const letters = letter.repeat(Math.floor(byteCount / Buffer.byteLength(letter)))
      return `${before}${letters}${after}${' '.repeat(byteCount - Buffer.byteLength(letters))}`
    }

    for (const letter of ['x', '字']) {
      expect(outcome(await ada.post('/events', bodyOf(letter)))).toBe('201')
      expect(outcome(await ada.post('/events', `${bodyOf(letter)} `))).toBe('413 PayloadTooLarge')
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
  ])('to %s %s can have up to %i KiB, and the error contains the limit', async (method, path, kibibytes) => {
    const send = (bytes: number) =>
      sendRequest(method, server.url + path, { key: ada.key, body: ' '.repeat(bytes) })

    const [allowed, tooLarge] = [await send(kibibytes * 1024), await send(kibibytes * 1024 + 1)]

    expect(outcome(allowed)).not.toBe('413 PayloadTooLarge')
    expect(outcome(tooLarge)).toBe('413 PayloadTooLarge')
    expect(tooLarge.body).toMatchObject({ message: expect.stringContaining(`${kibibytes} KiB`) as string })
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
  ])('with the content type %s is rejected', async (type) => {
    const response = await sendRequest('PUT', `${server.url}/users/me`, {
      key: ada.key,
      body: '{}',
      headers: { 'content-type': type },
    })

    expect(outcome(response)).toBe('415 UnsupportedMediaType')
  })

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('with the content type %s is read as JSON', async (type) => {
    const response = await sendRequest('PUT', `${server.url}/users/me`, {
      key: ada.key,
      body: '{"name":"Ada"}',
      headers: { 'content-type': type },
    })

    expect(response).toMatchObject({ status: 200, body: { user: { name: 'Ada' } } })
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
  ])('can be %j, percent-encoded in a path', async (id) => {
    const owner = await createTestUser(server.url)
    const path = `/conversations/${encodeURIComponent(id)}`
    const conversation = { conversation: { id } }

    expect(await owner.post('/conversations', { id })).toMatchObject({ status: 201, body: conversation })
    expect(await owner.get(path)).toMatchObject({ status: 200, body: conversation })
    expect(await owner.get(`${path}/messages`)).toMatchObject({ status: 200, body: { messages: [] } })
    expect(outcome(await owner.get(`${path}/listen`))).toBe('200')
    expect(await owner.delete(path)).toMatchObject({ status: 200, body: {} })
  })

  test.each(['a/b', 'a\\b', '/', '\\'])('of a user can be %j', async (id) => {
    const user = await createTestUser(server.url, { id })
    const conversationId = await createConversation(ada, user)
    const path = `/conversations/${conversationId}/participants/${encodeURIComponent(id)}`

    expect(await ada.get(path)).toMatchObject({ status: 200, body: { participant: { id } } })
    expect(await ada.delete(path)).toMatchObject({ status: 200, body: {} })
    await user.delete('/users/me')
  })

  test.each(['raw/slash', 'raw\\backslash', '/raw/', 'raw/listen', '\\'])(
    '%j can be in the path of a stream without encoding',
    async (id) => {
      const owner = await createTestUser(server.url)
      await owner.post('/conversations', { id })

      expect(outcome(await owner.get(`/conversations/${id}/listen`))).toBe('200')
      expect(outcome(await owner.get(`/conversations/${id}/listen/`))).toBe('200')
      expect(outcome(await ada.get(`/conversations/${id}/listen`))).toBe('403 Forbidden')
    },
  )

  test('that is invalid is not found', async () => {
    const paths = invalidIds
      .filter((id) => id !== '' && id !== '..')
      .map((id) => `/conversations/${encodeURIComponent(id)}`)

    const actual = await collectOutcomes(paths, (path) => ada.get(path))

    expect(actual).toEqual(paths.map((path) => [path, '404 ResourceNotFound']))
  })

  test('in a path is percent-decoded exactly once', async () => {
    expect(outcome(await ada.get('/conversations/%63%31'))).toBe('200')
    expect(outcome(await ada.get('/conversations/c1%0A'))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get('/conversations/c1%20'))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get('/conversations/%2563%2531'))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get(`/conversations/${'a'.repeat(5_000)}`))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get(`/conversations/${'a'.repeat(5_000)}/messages`))).toBe('403 Forbidden')
  })

  test.each(['%', '%2', '%zz', '%E0%A4%A', '%C0%AF', '%ED%A0%80', '%FF'])(
    'with invalid percent-encoding is rejected: %s',
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
  ])('of a message that does not exist is not found: %s', async (id) => {
    expect(outcome(await ada.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.delete(`/messages/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get(`/events/${id}`))).toBe('404 ResourceNotFound')
  })

  test('of a message cannot be used for an event', async () => {
    const { id } = await sendText(ada, await createConversation(ada), 'Hello')

    expect(outcome(await ada.get(`/events/${id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await ada.get(`/events/${id.replace('msg_', 'event_')}`))).toBe('404 ResourceNotFound')
  })
})

describe('a list', () => {
  const lists = ['/conversations', '/conversations/c1/messages', '/conversations/c1/participants']
  const invalidLimits = [
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
  const invalidTokens = [
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
  const invalidQueries = [
    ...invalidLimits.map((value) => `limit=${value}`),
    ...invalidTokens.map((value) => `nextToken=${value}`),
  ]

  test.each(lists)('%s rejects an invalid query', async (list) => {
    const actual = await collectOutcomes(invalidQueries, (query) => ada.get(`${list}?${query}`))

    expect(actual).toEqual(invalidQueries.map((query) => [query, '400 InvalidQuery']))
  })

  test('rejects the page token of another list', async () => {
    const conversationId = await createConversation(ada)
    for (const text of ['1', '2']) await sendText(ada, conversationId, text)
    const page = await ada.get<OperationResult<'listMessages'>>(
      `/conversations/${conversationId}/messages?limit=1`,
    )
    const { nextToken = '' } = page.body.meta

    const actual = await collectOutcomes(lists, (list) => ada.get(`${list}?nextToken=${nextToken}`))

    expect(nextToken).not.toBe('')
    expect(actual).toEqual(lists.map((list) => [list, '400 InvalidQuery']))
  })

  test.each(lists)('%s ignores unknown query parameters', async (list) => {
    expect(outcome(await ada.get(`${list}?foo=bar&__proto__=1&constructor=2&limit=100`))).toBe('200')
  })
})

describe('an error', () => {
  test('has a unique id, which is in the log', async () => {
    const first = await ada.get<{ id: string }>('/conversations/nowhere')
    const second = await ada.get<{ id: string }>('/conversations/nowhere')

    expect(first.body.id).not.toBe(second.body.id)
    expect(logger.entries).toContainEqual(expect.objectContaining({ errorId: first.body.id }))
  })

  test('does not affect later requests, and no request caused an internal error', async () => {
    expect(outcome(await sendRequest('GET', `${server.url}/hello`))).toBe('200')
    expect(logger.errors).toEqual([])
  })
})

/** Sends all inputs. @returns Pairs of each input and its outcome. */
function collectOutcomes(
  inputs: string[],
  send: (input: string) => ReturnType<typeof sendRequest>,
): Promise<[string, string][]> {
  return Promise.all(
    inputs.map(async (input): Promise<[string, string]> => [input, outcome(await send(input))]),
  )
}
