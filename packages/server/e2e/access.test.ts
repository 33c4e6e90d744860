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
const otherSecret = 'the secret of another bot, as long as the one of the bot under test'
const names = Object.keys(operations) as OperationName[]

let server: TestServer
/** For those who are refused: they change nothing in it. */
let untouched: TestConversation

beforeAll(async () => {
  server = await startTestServer({
    encryptionKey: secret,
    bots: { other: { encryptionKey: otherSecret } },
    logger: createRecordingLogger(),
  })
  untouched = await createTestConversation(server.url)
})
afterAll(() => server.close())

const callers = {
  'a call without a key': () => undefined,
  'a key whose id breaks the rule': () => signTestKey({ id: 'not an id!' }, { secret }),
  'the key of a deleted user': async () => (await newDeletedPerson()).key,
  'a nonParticipant': ({ nonParticipant }) => nonParticipant.key,
  'a participant': ({ participant }) => participant.key,
  'the owner': ({ owner }) => owner.key,
  'the sender': ({ sender }) => sender.key,
} satisfies Record<string, (scene: TestConversation) => Promise<string> | string | undefined>

type CallerName = keyof typeof callers
const callerNames = Object.keys(callers) as CallerName[]

/** The answers in the order of `callers`: no key, an id against the rule, a deleted user, a nonParticipant, a participant, owner, sender. */
const answers: Record<OperationName, [number, number, number, number, number, number, number]> = {
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
    const status = answers[name][index] ?? 0
    return { caller, expected: outcomes[status], isRefused: status >= 400 }
  })

  test.each(cases)('answers $caller with $expected', async ({ caller, expected, isRefused }) => {
    const scene = isRefused ? untouched : await createTestConversation(server.url)
    const key = await callers[caller](scene)

    const answer = await send(validRequests[name](scene), key)

    expect(outcome(answer)).toBe(expected)
  })
})

describe('a bad key opens nothing:', () => {
  const badKeys: Record<string, () => Promise<string> | string> = {
    'signed with HS512': () => signTestKey({ id: 'ada' }, { secret, algorithm: 'HS512' }),
    'signed with HS384': () => signTestKey({ id: 'ada' }, { secret, algorithm: 'HS384' }),
    'that claims RS256': () => signTestKey({ id: 'ada' }, { secret, algorithm: 'RS256' }),
    'that asks for no signature': () => createUnsignedKey({ id: 'ada' }),
    'that has expired': () => signTestKey({ id: 'ada', exp: 1_000_000_000 }, { secret }),
    'that is not valid yet': () => signTestKey({ id: 'ada', nbf: 32_503_680_000 }, { secret }),
    'that expires at no number': () => signTestKey({ id: 'ada', exp: 'never' }, { secret }),
    'signed by a secret that no bot has': () => signTestKey({ id: 'ada' }, { secret: 'guessed' }),
    'signed by an empty secret': () => signTestKey({ id: 'ada' }, { secret: '' }),
    'of another bot': async () => (await createTestUser(`${server.origin}/other`)).key,
    'of the bot itself': () => signTestKey({ id: 'bot_demo' }, { secret }),
    'without an id': () => signTestKey({ sub: 'ada' }, { secret }),
    'whose id is a number': () => signTestKey({ id: 7 }, { secret }),
    'whose payload is a list': () => signTestKey(['ada'], { secret }),
    'whose payload is null': () => signTestKey(null, { secret }),
    'whose payload was exchanged': () =>
      exchangePayload(signTestKey({ id: 'eve' }, { secret }), { id: 'ada' }),
    'without a signature': () => signTestKey({ id: 'ada' }, { secret }).replace(/[^.]+$/, ''),
    'that is no key at all': () => 'garbage',
    'of three dots': () => '...',
    'that is empty': () => '',
    'of 8 kB': () => 'k'.repeat(8_192),
  }

  beforeAll(async () => {
    await createTestUser(server.url, { id: 'ada' })
  })

  test.each(Object.entries(badKeys))('one %s', async (_, make) => {
    const badKey = await make()

    const found = await Promise.all(
      names.map(async (name) => [name, outcome(await send(validRequests[name](untouched), badKey))] as const),
    )

    const expected = names.map((name) => [name, name === 'createUser' ? '201' : '401 Unauthorized'] as const)
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
  })
})

test('a key within its times is good, whatever else it claims', async () => {
  const key = signTestKey(
    { id: 'timed', exp: 32_503_680_000, nbf: 1_000_000_000, iat: 'x', role: 'admin' },
    { secret },
  )

  const answer = await sendRequest('POST', `${server.url}/users/get-or-create`, { key })

  expect(answer).toMatchObject({ status: 201, body: { user: { id: 'timed' } } })
})

test('the id of the bot is taken', async () => {
  const answer = await sendRequest('POST', `${server.url}/users`, { body: { id: 'bot_demo' } })

  expect(outcome(answer)).toBe('409 AlreadyExists')
})

describe('a conversation, message or event that does not exist', () => {
  const unknown: Partial<Record<OperationName, string>> = {
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

  test.each(Object.entries(unknown))('%s answers with %s', async (name, expected) => {
    const { owner, ...scene } = await createTestConversation(server.url)
    const subjects = { ...scene, conversationId: 'nowhere', messageId: 'msg_none', eventId: 'event_none' }

    const answer = await send(validRequests[name as OperationName](subjects), owner.key)
    await owner.delete('/conversations/nowhere')

    expect(outcome(answer)).toBe(expected)
  })
})

describe('removeParticipant', () => {
  test('lets a participant leave', async () => {
    const { participant, conversationId } = await createTestConversation(server.url)

    const left = await participant.delete(`/conversations/${conversationId}/participants/${participant.id}`)
    const looked = await participant.get(`/conversations/${conversationId}`)

    expect(left).toMatchObject({ status: 200, body: {} })
    expect(outcome(looked)).toBe('403 Forbidden')
  })

  test('keeps the owner in, who may only delete the conversation', async () => {
    const { owner, participant, conversationId } = await createTestConversation(server.url)
    const path = `/conversations/${conversationId}/participants/${owner.id}`

    expect(outcome(await owner.delete(path))).toBe('400 InvalidPayload')
    expect(outcome(await participant.delete(path))).toBe('403 Forbidden')
  })

  test('does not find who takes no part, or does not exist', async () => {
    const { owner, nonParticipant, conversationId } = await createTestConversation(server.url)
    const path = `/conversations/${conversationId}/participants`

    expect(outcome(await owner.delete(`${path}/${nonParticipant.id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.delete(`${path}/nobody`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.get(`${path}/${nonParticipant.id}`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.get(`${path}/nobody`))).toBe('404 ResourceNotFound')
    expect(outcome(await owner.post(path, { userId: 'nobody' }))).toBe('404 ResourceNotFound')
  })
})

describe('the checks come in order:', () => {
  const withBody = {
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

  test.each(Object.keys(withBody))('the key before the body of %s', async (name) => {
    const scene = await createTestConversation(server.url)

    const answer = await send({ ...validRequests[name as OperationName](scene), body: '{"broken' })

    expect(outcome(answer)).toBe('401 Unauthorized')
  })

  test.each(Object.entries(withBody))('the body of %s before the user', async (name, body) => {
    const scene = await createTestConversation(server.url)
    const deleted = await newDeletedPerson()

    const answer = await send({ ...validRequests[name as OperationName](scene), body }, deleted.key)

    expect(outcome(answer)).toBe('400 InvalidPayload')
  })

  test.each(Object.entries(withBody))('the body of %s before the resource', async (name, body) => {
    const scene = await createTestConversation(server.url)
    const request = validRequests[name as OperationName]({ ...scene, conversationId: 'nowhere' })

    const answer = await send({ ...request, body }, scene.nonParticipant.key)

    expect(outcome(answer)).toBe('400 InvalidPayload')
  })

  test('the user before the resource', async () => {
    const deleted = await newDeletedPerson()

    expect(outcome(await deleted.get('/conversations/nowhere/messages'))).toBe('404 ResourceNotFound')
    expect(outcome(await deleted.get('/conversations/nowhere/listen'))).toBe('404 ResourceNotFound')
  })
})

test('a bot knows nothing of the users, conversations and messages of another', async () => {
  const here = await createTestUser(server.url, { id: 'twin' })
  const there = await createTestUser(`${server.origin}/other`, { id: 'twin' })
  const conversationId = await createConversation(here)
  const { id } = await sendText(here, conversationId, 'for my eyes only')

  expect(outcome(await there.get(`/conversations/${conversationId}`))).toBe('404 ResourceNotFound')
  expect(outcome(await there.get(`/conversations/${conversationId}/messages`))).toBe('403 Forbidden')
  expect(outcome(await there.get(`/messages/${id}`))).toBe('404 ResourceNotFound')
  expect(outcome(await there.delete(`/messages/${id}`))).toBe('404 ResourceNotFound')
  expect(await there.get('/conversations')).toMatchObject({ body: { conversations: [] } })
})

function send({ method, path, body }: RawRequest, key?: string) {
  return sendRequest(method, server.url + path, { key, body })
}

async function newDeletedPerson(): Promise<TestUser> {
  const person = await createTestUser(server.url)
  await person.delete('/users/me')
  return person
}

function exchangePayload(key: string, payload: unknown): string {
  const [header, , signature] = key.split('.')
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
}
