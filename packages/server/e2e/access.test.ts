import { operations, type OperationName } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { signTestKey, createUnsignedKey } from './raw-http/user-key.ts'
import {
  createTestConversation,
  validRequests,
  type RawRequest,
  type TestConversation,
} from './raw-http/valid-requests.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const secret = 'the secret of the bot under test, long enough for any hash'
const otherSecret = 'the secret of another bot, as long as that of the bot under test'
const names = Object.keys(operations) as OperationName[]

let server: TestServer
/** The conversation for requests that the server rejects. No test changes it. */
let shared: TestConversation

beforeAll(async () => {
  server = await startTestServer({
    encryptionKey: secret,
    bots: { other: { encryptionKey: otherSecret } },
    logger: createRecordingLogger(),
  })
  shared = await createTestConversation(server.url)
})
afterAll(() => server.close())

const callers = {
  'a request without a key': () => undefined,
  'a key with an invalid id': () => signTestKey({ id: 'not an id!' }, { secret }),
  'the key of a deleted user': async () => (await createDeletedUser()).key,
  'a user who is not a participant': ({ nonParticipant }) => nonParticipant.key,
  'a participant': ({ participant }) => participant.key,
  'the owner': ({ owner }) => owner.key,
  'the sender': ({ sender }) => sender.key,
} satisfies Record<string, (conversation: TestConversation) => Promise<string> | string | undefined>

type CallerName = keyof typeof callers
const callerNames = Object.keys(callers) as CallerName[]

/**
 * The statuses in the order of `callers`: no key, an invalid id, a deleted user, not a participant, a participant, the
 * owner, the sender.
 */
const statuses: Record<OperationName, [number, number, number, number, number, number, number]> = {
  createUser: [201, 201, 201, 201, 201, 201, 201],
  getOrCreateUser: [401, 400, 201, 201, 201, 201, 201],
  getUser: [401, 404, 404, 200, 200, 200, 200],
  updateUser: [401, 404, 404, 200, 200, 200, 200],
  deleteUser: [401, 404, 404, 200, 200, 200, 200],
  createConversation: [401, 404, 404, 201, 201, 201, 201],
  getOrCreateConversation: [401, 404, 404, 403, 403, 201, 403],
  getConversation: [401, 404, 404, 403, 200, 200, 200],
  deleteConversation: [401, 404, 404, 403, 403, 200, 403],
  listConversations: [401, 404, 404, 200, 200, 200, 200],
  listenConversation: [401, 404, 404, 403, 200, 200, 200],
  listMessages: [401, 404, 404, 403, 200, 200, 200],
  addParticipant: [401, 404, 404, 403, 403, 200, 403],
  listParticipants: [401, 404, 404, 403, 200, 200, 200],
  getParticipant: [401, 404, 404, 403, 200, 200, 200],
  removeParticipant: [401, 404, 404, 403, 403, 200, 403],
  createMessage: [401, 404, 404, 403, 201, 201, 201],
  getMessage: [401, 404, 404, 403, 200, 200, 200],
  deleteMessage: [401, 404, 404, 403, 403, 403, 200],
  createEvent: [401, 404, 404, 403, 201, 201, 201],
  getEvent: [401, 404, 404, 403, 200, 200, 200],
}

const outcomes: Record<number, string> = {
  200: '200',
  201: '201',
  400: '400 InvalidPayload',
  401: '401 Unauthorized',
  403: '403 Forbidden',
  404: '404 ResourceNotFound',
}

describe.each(names)('%s', (name) => {
  const cases = callerNames.map((caller, index) => {
    const status = statuses[name][index] ?? 0
    return { caller, expected: outcomes[status], isError: status >= 400 }
  })

  test.each(cases)('responds to $caller with $expected', async ({ caller, expected, isError }) => {
    const conversation = isError ? shared : await createTestConversation(server.url)
    const key = await callers[caller](conversation)

    const response = await send(validRequests[name](conversation), key)

    expect(outcome(response)).toBe(expected)
  })
})

describe('a request is rejected if its key', () => {
  const invalidKeys: Record<string, () => Promise<string> | string> = {
    'is signed with HS512': () => signTestKey({ id: 'ada' }, { secret, algorithm: 'HS512' }),
    'is signed with HS384': () => signTestKey({ id: 'ada' }, { secret, algorithm: 'HS384' }),
    'claims to be signed with RS256': () => signTestKey({ id: 'ada' }, { secret, algorithm: 'RS256' }),
    'claims to need no signature': () => createUnsignedKey({ id: 'ada' }),
    'has expired': () => signTestKey({ id: 'ada', exp: 1_000_000_000 }, { secret }),
    'is not valid yet': () => signTestKey({ id: 'ada', nbf: 32_503_680_000 }, { secret }),
    'has an expiry that is not a number': () => signTestKey({ id: 'ada', exp: 'never' }, { secret }),
    'is signed with an unknown secret': () => signTestKey({ id: 'ada' }, { secret: 'guessed' }),
    'is signed with an empty secret': () => signTestKey({ id: 'ada' }, { secret: '' }),
    'belongs to another bot': async () => (await createTestUser(`${server.origin}/other`)).key,
    'has the id of the bot': () => signTestKey({ id: 'bot_demo' }, { secret }),
    'has no id': () => signTestKey({ sub: 'ada' }, { secret }),
    'has a number as its id': () => signTestKey({ id: 7 }, { secret }),
    'has an array as its payload': () => signTestKey(['ada'], { secret }),
    'has null as its payload': () => signTestKey(null, { secret }),
    'has another payload than the signed one': () =>
      replacePayload(signTestKey({ id: 'eve' }, { secret }), { id: 'ada' }),
    'has no signature': () => signTestKey({ id: 'ada' }, { secret }).replace(/[^.]+$/, ''),
    'is not a JWT': () => 'garbage',
    'consists of three dots': () => '...',
    'is empty': () => '',
    'has 8 kB': () => 'k'.repeat(8_192),
  }

  beforeAll(async () => {
    await createTestUser(server.url, { id: 'ada' })
  })

  test.each(Object.entries(invalidKeys))('%s', async (_, createKey) => {
    const key = await createKey()

    const actual = await Promise.all(
      names.map(async (name) => [name, outcome(await send(validRequests[name](shared), key))] as const),
    )

    const expected = names.map((name) => [name, name === 'createUser' ? '201' : '401 Unauthorized'] as const)
    expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected))
  })
})

test('a key within its validity period is accepted, whatever other claims it has', async () => {
  const key = signTestKey(
    { id: 'timed', exp: 32_503_680_000, nbf: 1_000_000_000, iat: 'x', role: 'admin' },
    { secret },
  )

  const response = await sendRequest('POST', `${server.url}/users/get-or-create`, { key })

  expect(response).toMatchObject({ status: 201, body: { user: { id: 'timed' } } })
})

test('a user cannot have the id of the bot', async () => {
  const response = await sendRequest('POST', `${server.url}/users`, { body: { id: 'bot_demo' } })

  expect(outcome(response)).toBe('409 AlreadyExists')
})

describe('a conversation, message or event that does not exist', () => {
  const expectedOutcomes: Partial<Record<OperationName, string>> = {
    getOrCreateConversation: '201',
    getConversation: '404 ResourceNotFound',
    deleteConversation: '404 ResourceNotFound',
    listenConversation: '403 Forbidden',
    listMessages: '403 Forbidden',
    addParticipant: '404 ResourceNotFound',
    listParticipants: '403 Forbidden',
    getParticipant: '404 ResourceNotFound',
    removeParticipant: '404 ResourceNotFound',
    createMessage: '403 Forbidden',
    getMessage: '404 ResourceNotFound',
    deleteMessage: '404 ResourceNotFound',
    createEvent: '403 Forbidden',
    getEvent: '404 ResourceNotFound',
  }

  test.each(Object.entries(expectedOutcomes))('%s responds with %s', async (name, expected) => {
    const { owner, ...conversation } = await createTestConversation(server.url)
    const ids = { ...conversation, conversationId: 'nowhere', messageId: 'msg_none', eventId: 'event_none' }

    const response = await send(validRequests[name as OperationName](ids), owner.key)
    await owner.delete('/conversations/nowhere')

    expect(outcome(response)).toBe(expected)
  })
})

describe('removeParticipant', () => {
  test('lets a participant leave', async () => {
    const { participant, conversationId } = await createTestConversation(server.url)

    const left = await participant.delete(`/conversations/${conversationId}/participants/${participant.id}`)
    const response = await participant.get(`/conversations/${conversationId}`)

    expect(left).toMatchObject({ status: 200, body: {} })
    expect(outcome(response)).toBe('403 Forbidden')
  })

  test('cannot remove the owner, who can only delete the conversation', async () => {
    const { owner, participant, conversationId } = await createTestConversation(server.url)
    const path = `/conversations/${conversationId}/participants/${owner.id}`

    expect(outcome(await owner.delete(path))).toBe('400 InvalidPayload')
    expect(outcome(await participant.delete(path))).toBe('403 Forbidden')
  })

  test('responds with 404 for users who are not participants or do not exist', async () => {
    const { owner, nonParticipant, conversationId } = await createTestConversation(server.url)
    const path = `/conversations/${conversationId}/participants`

    expect(outcome(await owner.delete(`${path}/${nonParticipant.id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.delete(`${path}/unknown`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.get(`${path}/${nonParticipant.id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.get(`${path}/unknown`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.post(path, { userId: 'unknown' }))).toBe('404 ResourceNotFound')
  })
})

describe('the server checks', () => {
  const invalidBodies = {
    updateUser: { name: 7 },
    createConversation: { id: '' },
    getOrCreateConversation: {},
    addParticipant: {},
    createMessage: {},
    createEvent: {},
  } satisfies Partial<Record<OperationName, unknown>>

  test('the route before the method and the key', async () => {
    expect(outcome(await send({ method: 'DELETE', path: '/nowhere' }))).toBe('404 ResourceNotFound')
    expect(outcome(await sendRequest('DELETE', `${server.origin}/nobot/users`))).toBe('404 ResourceNotFound')
    expect(outcome(await sendRequest('GET', `${server.origin}/nobot/users/me`))).toBe('404 ResourceNotFound')
  })

  test('the method before the key', async () => {
    expect(outcome(await send({ method: 'POST', path: '/users/me', body: '{' }))).toBe('405 MethodNotFound')
  })

  test.each(Object.keys(invalidBodies))('the key before the body of %s', async (name) => {
    const conversation = await createTestConversation(server.url)

    const response = await send({ ...validRequests[name as OperationName](conversation), body: '{"broken' })

    expect(outcome(response)).toBe('401 Unauthorized')
  })

  test.each(Object.entries(invalidBodies))('the body of %s before the user', async (name, body) => {
    const conversation = await createTestConversation(server.url)
    const deleted = await createDeletedUser()

    const response = await send({ ...validRequests[name as OperationName](conversation), body }, deleted.key)

    expect(outcome(response)).toBe('400 InvalidPayload')
  })

  test.each(Object.entries(invalidBodies))('the body of %s before the resource', async (name, body) => {
    const conversation = await createTestConversation(server.url)
    const request = validRequests[name as OperationName]({ ...conversation, conversationId: 'nowhere' })

    const response = await send({ ...request, body }, conversation.nonParticipant.key)

    expect(outcome(response)).toBe('400 InvalidPayload')
  })

  test('the user before the resource', async () => {
    const deleted = await createDeletedUser()

    expect(outcome(await deleted.get('/conversations/nowhere/messages'))).toBe('404 ResourceNotFound')
    expect(outcome(await deleted.get('/conversations/nowhere/listen'))).toBe('404 ResourceNotFound')
  })
})

test('users, conversations and messages of one bot are unknown to another bot', async () => {
  const user = await createTestUser(server.url, { id: 'twin' })
  const otherUser = await createTestUser(`${server.origin}/other`, { id: 'twin' })
  const conversationId = await createConversation(user)
  const { id } = await sendText(user, conversationId, 'secret')

  expect(outcome(await otherUser.get(`/conversations/${conversationId}`))).toBe('404 ResourceNotFound')
  expect(outcome(await otherUser.get(`/conversations/${conversationId}/messages`))).toBe('403 Forbidden')
  expect(outcome(await otherUser.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
  expect(outcome(await otherUser.delete(`/messages/${id}`))).toBe('404 ResourceNotFound')
  expect(await otherUser.get('/conversations')).toMatchObject({ body: { conversations: [] } })
})

function send({ method, path, body }: RawRequest, key?: string) {
  return sendRequest(method, server.url + path, { key, body })
}

async function createDeletedUser(): Promise<TestUser> {
  const user = await createTestUser(server.url)
  await user.delete('/users/me')
  return user
}

function replacePayload(key: string, payload: unknown): string {
  const [header, , signature] = key.split('.')
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
}
