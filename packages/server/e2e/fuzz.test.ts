import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { invalidBodies, type OperationWithBody } from './raw-http/invalid-bodies.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createTestUser, sendText, listTexts, type TestUser } from './raw-http/test-user.ts'
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
const expectedOutcome = /^(?:20[01]|400 Invalid\w+|403 Forbidden|404 ResourceNotFound|409 AlreadyExists)$/
/** Only well-formed strings: lone surrogates cannot be encoded. */
const strings = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed())

const keys = fc.oneof(
  strings,
  fc.constantFrom('id', 'name', 'pictureUrl', 'profile', 'conversationId', 'userId', 'payload', 'metadata'),
  fc.constantFrom('type', 'text', 'items', 'options', 'actions', 'label', 'value'),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '0'),
)
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, '', 'c1', 'ada', 'text', 'card', 'bloc', 'a/b\\c', 0, -1, 1e308),
    strings,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
  ),
})).value

/** Replaces or removes one field, at any depth, of a valid body. */
function changeOneField(body: unknown): fc.Arbitrary<unknown> {
  const paths = fieldPaths(body)
  return fc
    .tuple(fc.constantFrom(...paths), fc.option(values, { nil: undefined }))
    .map(([path, value]) => replaceField(body, path, value))
}

function fieldPaths(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]]
  const childPaths = Object.entries(value).flatMap(([key, member]) =>
    fieldPaths(member).map((path) => [key, ...path]),
  )
  return [[], ...childPaths]
}

function replaceField(body: unknown, [key, ...path]: string[], value: unknown): unknown {
  if (key === undefined) return value
  const members = Object.entries(body as object).map(([name, member]) => [
    name,
    name === key ? replaceField(member, path, value) : member,
  ])
  return Array.isArray(body) ? members.map(([, member]) => member) : Object.fromEntries(members)
}

const card = { type: 'card', title: 'T', subtitle: 'S', actions: [{ action: 'say', label: 'L', value: 'V' }] }
const payloads = [
  { type: 'location', latitude: 1, longitude: 2, address: '', title: '' },
  { type: 'carousel', items: [card, card] },
  { type: 'choice', text: 'T', options: [{ label: 'L', value: 'V' }] },
  {
    // The spelling of the API.
    type: 'bloc',
    items: [
      { type: 'text', text: 'T' },
      { type: 'file', fileUrl: 'F', title: 'T' },
    ],
  },
]
const messages = payloads.map((payload) => ({ conversationId: 'c1', payload, metadata: { a: { b: [1] } } }))
const validBodies: Record<OperationWithBody, unknown[]> = {
  createUser: [{ name: 'Ada', pictureUrl: '-', profile: '' }],
  getOrCreateUser: [{ name: 'Ada', pictureUrl: '-', profile: '' }],
  updateUser: [{ name: 'Ada', pictureUrl: '-', profile: '' }],
  createConversation: [{ id: 'c2' }],
  getOrCreateConversation: [{ id: 'c1' }],
  addParticipant: [{ userId: 'ada' }],
  createMessage: messages,
  createEvent: [{ conversationId: 'c1', payload: { a: { b: [1, null] } } }],
}

describe('the response to any body is a success or a valid error:', () => {
  const names = Object.keys(invalidBodies) as OperationWithBody[]

  test.each(names)('%s', async (name) => {
    const { method, path } = validRequests[name](ids)
    const texts = fc.oneof(
      values.map((body) => JSON.stringify(body)),
      ...validBodies[name].map((body) =>
        changeOneField(body).map((changed) => JSON.stringify(changed) ?? ''),
      ),
      fc
        .tuple(strings, fc.constantFrom(...validBodies[name]))
        .map(([text, body]) => insertInMiddle(JSON.stringify(body), text)),
    )

    await fc.assert(
      fc.asyncProperty(texts, async (body) => {
        const response = await sendRequest(method, server.url + path, { key: ada.key, body })

        expect(outcome(response)).toMatch(expectedOutcome)
      }),
      { numRuns: 100 },
    )
  })
})

test('the response to any path and query is a success or a valid error', async () => {
  const segment = fc.oneof(
    strings.map(encodeURIComponent),
    fc.constantFrom('c1', 'conversations', '%', '%2F', '%5c', '..'),
  )
  const paths = fc
    .tuple(
      fc.array(segment, { maxLength: 5 }),
      fc.webQueryParameters(),
      fc.constantFrom('limit', 'nextToken', 'x'),
    )
    .map(([segments, query, name]) => `/conversations/${segments.join('/')}?${name}=${query}`)

  await fc.assert(
    fc.asyncProperty(paths, fc.constantFrom('GET', 'DELETE'), async (path, method) => {
      const response = await sendRequest(method, server.url + path, { key: ada.key })

      expect(outcome(response)).toMatch(/^(?:200|40[0345] \w+)$/)
    }),
    { numRuns: 200 },
  )
})

test('the response to any invalid key is 401', async () => {
  const part = fc.oneof(
    fc.base64String(),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
  )
  const invalidKeys = fc.oneof(
    fc.array(part, { maxLength: 4 }).map((parts) => parts.join('.')),
    fc.string({ maxLength: 80 }),
  )

  await fc.assert(
    fc.asyncProperty(invalidKeys, async (key) => {
      const response = await sendRequest('GET', `${server.url}/users/me`, { key })

      expect(outcome(response)).toBe('401 Unauthorized')
    }),
    { numRuns: 100 },
  )
})

test('after all requests the server works, and none caused an internal error', async () => {
  await createTestUser(server.url)
  const bob = await createTestUser(server.url, { id: 'bob' })
  await bob.post('/conversations', { id: 'healthy' })
  await sendText(bob, 'healthy', 'Hello')

  expect(await listTexts(bob, 'healthy')).toEqual(['Hello'])
  expect(logger.errors).toEqual([])
})

/** Inserts a text into the middle of JSON, which may make it invalid. */
function insertInMiddle(json: string, text: string): string {
  const middle = Math.floor(json.length / 2)
  return json.slice(0, middle) + text + json.slice(middle)
}
