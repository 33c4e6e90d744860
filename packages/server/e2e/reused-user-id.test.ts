import { DatabaseSync } from 'node:sqlite'
import { operations, type OperationName, type OperationResult } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import {
  createConversation,
  createTestUser,
  testUserWithKey,
  sendText,
  listTexts,
  type TestUser,
} from './raw-http/test-user.ts'
import { signTestKey } from './raw-http/user-key.ts'
import { createTestConversation, validRequests } from './raw-http/valid-requests.ts'
import { temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const secret = "a secret that the bot's operator knows"
const names = (Object.keys(operations) as OperationName[]).filter((name) => name !== 'createUser')
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({
    encryptionKey: secret,
    logger: createRecordingLogger(),
    bots: { other: { encryptionKey: secret } },
  })
})
afterAll(() => server.close())

/** Creates and deletes a user, then creates another user with the same id. */
async function createWithReusedId(id: string): Promise<{ deletedUser: TestUser; newUser: TestUser }> {
  const deletedUser = await createTestUser(server.url, { id })
  await deletedUser.delete('/users/me')
  return { deletedUser, newUser: await createTestUser(server.url, { id }) }
}

describe('the key of a deleted user whose id was reused', () => {
  test.each(names)('is rejected by %s', async (name) => {
    const conversation = await createTestConversation(server.url)
    const { deletedUser } = await createWithReusedId(`taken-${name}`)
    await conversation.owner.post(`/conversations/${conversation.conversationId}/participants`, {
      userId: deletedUser.id,
    })
    const { method, path, body } = validRequests[name](conversation)

    const response = await sendRequest(method, server.url + path, { key: deletedUser.key, body })

    expect(outcome(response)).toBe('401 Unauthorized')
  })

  test.each([
    ['an invalid body', '/messages', { conversationId: 5 }],
    ['a body with a wrong type', '/users/get-or-create', { name: 5 }],
    ['a body that is too large', '/conversations', { id: 'x', pad: 'x'.repeat(20_000) }],
    ['an invalid conversation id', '/conversations', { id: 'not an id' }],
  ])('is rejected before %s', async (name, path, body) => {
    const { deletedUser } = await createWithReusedId(name.replaceAll(' ', '-'))

    expect(outcome(await deletedUser.post(path, body))).toBe('401 Unauthorized')
  })

  test('is rejected before an invalid page token, invalid JSON and a long Idempotency-Key', async () => {
    const { deletedUser } = await createWithReusedId('rejected-first')
    const postOptions = (text: string) => ({
      method: 'POST',
      body: text,
      headers: { 'x-user-key': deletedUser.key, 'content-type': 'application/json' },
    })

    const list = await deletedUser.get('/conversations?nextToken=bad')
    const repeated = await deletedUser.post('/conversations', {}, { 'idempotency-key': 'x'.repeat(1_000) })
    const texts = ['{', '['.repeat(500), '\ud800']
    const responses = await Promise.all(texts.map((text) => fetch(`${server.url}/events`, postOptions(text))))

    expect([list, repeated].map(outcome)).toEqual(['401 Unauthorized', '401 Unauthorized'])
    expect(responses.map(({ status }) => status)).toEqual([401, 401, 401])
  })

  test('is rejected by the stream of the user and by typing', async () => {
    const { deletedUser, newUser } = await createWithReusedId('taken-extensions')
    const conversationId = await createConversation(newUser)

    const stream = await deletedUser.get('/users/me/listen')
    const typing = await deletedUser.put(`/conversations/${conversationId}/typing`)

    expect([stream, typing].map(outcome)).toEqual(['401 Unauthorized', '401 Unauthorized'])
  })

  test('is rejected despite cached checks of earlier requests', async () => {
    const deletedUser = await createTestUser(server.url, { id: 'cached' })
    await deletedUser.post('/conversations', { id: 'cached-conversation' })
    await sendText(deletedUser, 'cached-conversation', 'mine')
    expect(await listTexts(deletedUser, 'cached-conversation')).toEqual(['mine'])
    await deletedUser.delete('/users/me')
    const newUser = await createTestUser(server.url, { id: 'cached' })
    await newUser.post('/conversations', { id: 'cached-conversation' })
    await sendText(newUser, 'cached-conversation', 'secret')

    const list = await deletedUser.get('/conversations/cached-conversation/messages')
    const payload = { type: 'text', text: 'intruder' }
    const message = await deletedUser.post('/messages', { conversationId: 'cached-conversation', payload })

    expect([list, message].map(outcome)).toEqual(['401 Unauthorized', '401 Unauthorized'])
    expect(await listTexts(newUser, 'cached-conversation')).toEqual(['secret'])
  })

  test('does not return results for an Idempotency-Key of the new user', async () => {
    const { deletedUser, newUser } = await createWithReusedId('repeated')
    const conversationId = await createConversation(newUser)
    const body = { conversationId, payload: { type: 'text', text: 'once' } }
    const headers = { 'idempotency-key': 'guessed' }
    await newUser.post('/messages', body, headers)

    const repeated = await deletedUser.post('/messages', body, headers)

    expect(outcome(repeated)).toBe('401 Unauthorized')
  })

  test('is also rejected if the id was reused with a key without a nonce', async () => {
    const deletedUser = await createTestUser(server.url, { id: 'taken-by-operator' })
    await deletedUser.delete('/users/me')
    const newUser = testUserWithKey(server.url, {
      id: deletedUser.id,
      key: signTestKey({ id: deletedUser.id }, { secret }),
    })
    await newUser.post('/users/get-or-create', { name: 'New' })

    expect(outcome(await deletedUser.get('/users/me'))).toBe('401 Unauthorized')
    expect(outcome(await deletedUser.post('/users/get-or-create', { name: 'Deleted' }))).toBe(
      '401 Unauthorized',
    )
    expect(await newUser.get('/users/me')).toMatchObject({ body: { user: { name: 'New' } } })
  })
})

describe('the key of a deleted user whose id is free', () => {
  test('creates the user again, and remains valid', async () => {
    const user = await createTestUser(server.url, { id: 'back', name: 'Ada' })
    await user.delete('/users/me')

    const before = await user.get('/users/me')
    const created = await user.post<OperationResult<'getOrCreateUser'>>('/users/get-or-create')
    const conversationId = await createConversation(user)
    await sendText(user, conversationId, 'Hello')
    await using stream = await openConversationStream(user, conversationId)

    expect(outcome(before)).toBe('404 ResourceNotFound')
    expect(created).toMatchObject({ status: 201, body: { user: { id: 'back' } } })
    expect(created.body.user).not.toHaveProperty('name')
    expect(stream.ready.state).toBe('fresh')
    expect(await listTexts(user, conversationId)).toEqual(['Hello'])
  })
})

describe('a key with only an id', () => {
  test('belongs to the current user with that id', async () => {
    const key = signTestKey({ id: 'operated' }, { secret })
    const signedByOperator = testUserWithKey(server.url, { id: 'operated', key })
    const first = await createTestUser(server.url, { id: 'operated', name: 'First' })
    const firstResponse = await signedByOperator.get('/users/me')
    await first.delete('/users/me')
    await createTestUser(server.url, { id: 'operated', name: 'Second' })

    const secondResponse = await signedByOperator.get('/users/me')

    expect(firstResponse).toMatchObject({ status: 200, body: { user: { name: 'First' } } })
    expect(secondResponse).toMatchObject({ status: 200, body: { user: { name: 'Second' } } })
  })

  test('works for users that were created before keys had a nonce', async () => {
    using folder = temporaryFolder()
    const options = { data: folder.file('parley.db'), encryptionKey: secret, logger: createRecordingLogger() }
    await using older = await startTestServer(options)
    const user = await createTestUser(older.url, { id: 'old' })
    await older.stop()
    const database = new DatabaseSync(options.data)
    database.exec('UPDATE users SET key_nonce = NULL')
    database.close()
    await older.start()
    const withIdOnly = testUserWithKey(older.url, { id: 'old', key: signTestKey({ id: 'old' }, { secret }) })

    expect(outcome(await withIdOnly.get('/users/me'))).toBe('200')
    expect(outcome(await withIdOnly.post('/users/get-or-create', { name: 'Old' }))).toBe('201')
    expect(outcome(await user.get('/users/me'))).toBe('401 Unauthorized')
  })
})

describe('a key that the server signs', () => {
  test('identifies the secret and the bot, and contains a nonce of the user', async () => {
    const [ada, bob] = [
      await createTestUser(server.url, { id: 'ada' }),
      await createTestUser(server.url, { id: 'bob' }),
    ]

    const [header, payload] = ada.key.split('.').slice(0, 2).map(decode)
    const [, bobsPayload] = bob.key.split('.').slice(0, 2).map(decode)

    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.stringMatching(/^[\w-]{11}$/) })
    expect(payload).toEqual({
      id: 'ada',
      parley: { bot: 'demo', user: expect.stringMatching(/^[\w-]{22}$/) },
    })
    expect(bobsPayload).not.toMatchObject({ parley: { user: (payload as Claims).parley.user } })
  })

  test('is rejected by another bot with the same secret', async () => {
    const user = await createTestUser(server.url, { id: 'both' })
    const url = `${server.origin}/other`
    await createTestUser(url, { id: 'both' })

    const response = await sendRequest('GET', `${url}/users/me`, { key: user.key })

    expect(outcome(response)).toBe('401 Unauthorized')
  })

  test.each([
    null,
    'demo',
    7,
    [],
    {},
    { bot: 'demo' },
    { user: 'x' },
    { bot: 'demo', user: 7 },
    { bot: 'other', user: 'x' },
    { bot: 'demo', user: 'x' },
  ])('is rejected with the claim %j', async (parley) => {
    await createTestUser(server.url, { id: 'claimed' }).catch(() => undefined)

    const response = await sendRequest('GET', `${server.url}/users/me`, {
      key: signTestKey({ id: 'claimed', parley }, { secret }),
    })

    expect(outcome(response)).toBe('401 Unauthorized')
  })

  test('can have any other claim', async () => {
    await createTestUser(server.url, { id: 'claims' })
    const claims = { id: 'claims', aud: 'x', sub: 'y', iss: 'z', bot: 'w', user: 'v' }

    const response = await sendRequest('GET', `${server.url}/users/me`, {
      key: signTestKey(claims, { secret }),
    })

    expect(outcome(response)).toBe('200')
  })
})

test('at its start, the server logs a warning if bots share a secret', async () => {
  const logger = createRecordingLogger()
  await using serverWithSharedSecret = await startTestServer({
    encryptionKey: secret,
    logger,
    bots: { other: { encryptionKey: secret }, third: {} },
  })

  expect(outcome(await sendRequest('GET', `${serverWithSharedSecret.url}/hello`))).toBe('200')
  expect(logger.entries).toContainEqual({ webhookIds: ['demo', 'other'] })
})

interface Claims {
  readonly parley: { readonly user: string }
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}
