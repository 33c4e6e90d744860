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

/** A deleted user, and another user with the same id. */
async function formerAndNext(id: string): Promise<{ former: TestUser; next: TestUser }> {
  const former = await createTestUser(server.url, { id })
  await former.delete('/users/me')
  return { former, next: await createTestUser(server.url, { id }) }
}

describe('the key of a deleted user whose id was reused', () => {
  test.each(names)('does not open %s', async (name) => {
    const scene = await createTestConversation(server.url)
    const { former } = await formerAndNext(`taken-${name}`)
    await scene.owner.post(`/conversations/${scene.conversationId}/participants`, { userId: former.id })
    const { method, path, body } = validRequests[name](scene)

    const response = await sendRequest(method, server.url + path, { key: former.key, body })

    expect(outcome(response)).toBe('401 Unauthorized')
  })

  test.each([
    ['a body that does not fit', '/messages', { conversationId: 5 }],
    ['a body of another type', '/users/get-or-create', { name: 5 }],
    ['a body that is too large', '/conversations', { id: 'x', pad: 'x'.repeat(20_000) }],
    ['an id that no conversation has', '/conversations', { id: 'not an id' }],
  ])('is refused before %s is reported', async (name, path, body) => {
    const { former } = await formerAndNext(name.replaceAll(' ', '-'))

    expect(outcome(await former.post(path, body))).toBe('401 Unauthorized')
  })

  test('is refused before an invalid page token, invalid JSON and a long Idempotency-Key are reported', async () => {
    const { former } = await formerAndNext('before-others')
    const ofJson = (text: string) => ({
      method: 'POST',
      body: text,
      headers: { 'x-user-key': former.key, 'content-type': 'application/json' },
    })

    const list = await former.get('/conversations?nextToken=bad')
    const repeated = await former.post('/conversations', {}, { 'idempotency-key': 'x'.repeat(1_000) })
    const texts = ['{', '['.repeat(500), '\ud800']
    const others = await Promise.all(texts.map((text) => fetch(`${server.url}/events`, ofJson(text))))

    expect([list, repeated].map(outcome)).toEqual(['401 Unauthorized', '401 Unauthorized'])
    expect(others.map(({ status }) => status)).toEqual([401, 401, 401])
  })

  test('does not open the stream of the user, nor typing', async () => {
    const { former, next } = await formerAndNext('taken-extensions')
    const conversationId = await createConversation(next)

    const stream = await former.get('/users/me/listen')
    const typing = await former.put(`/conversations/${conversationId}/typing`)

    expect([stream, typing].map(outcome)).toEqual(['401 Unauthorized', '401 Unauthorized'])
  })

  test('does not open what it opened before, despite the caches', async () => {
    const former = await createTestUser(server.url, { id: 'remembered' })
    await former.post('/conversations', { id: 'remembered-room' })
    await sendText(former, 'remembered-room', 'mine')
    expect(await listTexts(former, 'remembered-room')).toEqual(['mine'])
    await former.delete('/users/me')
    const next = await createTestUser(server.url, { id: 'remembered' })
    await next.post('/conversations', { id: 'remembered-room' })
    await sendText(next, 'remembered-room', 'secret')

    const list = await former.get('/conversations/remembered-room/messages')
    const payload = { type: 'text', text: 'intruder' }
    const message = await former.post('/messages', { conversationId: 'remembered-room', payload })

    expect([list, message].map(outcome)).toEqual(['401 Unauthorized', '401 Unauthorized'])
    expect(await listTexts(next, 'remembered-room')).toEqual(['secret'])
  })

  test('does not return results of the next user’s Idempotency-Key', async () => {
    const { former, next } = await formerAndNext('repeated')
    const conversationId = await createConversation(next)
    const body = { conversationId, payload: { type: 'text', text: 'once' } }
    const headers = { 'idempotency-key': 'guessed' }
    await next.post('/messages', body, headers)

    const repeated = await former.post('/messages', body, headers)

    expect(outcome(repeated)).toBe('401 Unauthorized')
  })

  test('is also refused if the id was reused with a key without a nonce', async () => {
    const former = await createTestUser(server.url, { id: 'taken-by-operator' })
    await former.delete('/users/me')
    const next = testUserWithKey(server.url, {
      id: former.id,
      key: signTestKey({ id: former.id }, { secret }),
    })
    await next.post('/users/get-or-create', { name: 'Next' })

    expect(outcome(await former.get('/users/me'))).toBe('401 Unauthorized')
    expect(outcome(await former.post('/users/get-or-create', { name: 'Former' }))).toBe('401 Unauthorized')
    expect(await next.get('/users/me')).toMatchObject({ body: { user: { name: 'Next' } } })
  })
})

describe('the key of a deleted user whose id is free', () => {
  test('creates the user again, and remains valid', async () => {
    const person = await createTestUser(server.url, { id: 'back', name: 'Ada' })
    await person.delete('/users/me')

    const before = await person.get('/users/me')
    const created = await person.post<OperationResult<'getOrCreateUser'>>('/users/get-or-create')
    const conversationId = await createConversation(person)
    await sendText(person, conversationId, 'Hello')
    await using stream = await openConversationStream(person, conversationId)

    expect(outcome(before)).toBe('404 ResourceNotFound')
    expect(created).toMatchObject({ status: 201, body: { user: { id: 'back' } } })
    expect(created.body.user).not.toHaveProperty('name')
    expect(stream.ready.state).toBe('fresh')
    expect(await listTexts(person, conversationId)).toEqual(['Hello'])
  })
})

describe('a key with an id alone', () => {
  test('works for the current user with that id', async () => {
    const key = signTestKey({ id: 'operated' }, { secret })
    const operated = testUserWithKey(server.url, { id: 'operated', key })
    const first = await createTestUser(server.url, { id: 'operated', name: 'First' })
    const seenFirst = await operated.get('/users/me')
    await first.delete('/users/me')
    await createTestUser(server.url, { id: 'operated', name: 'Second' })

    const seenSecond = await operated.get('/users/me')

    expect(seenFirst).toMatchObject({ status: 200, body: { user: { name: 'First' } } })
    expect(seenSecond).toMatchObject({ status: 200, body: { user: { name: 'Second' } } })
  })

  test('works for users from before keys had a nonce', async () => {
    using folder = temporaryFolder()
    const options = { data: folder.file('parley.db'), encryptionKey: secret, logger: createRecordingLogger() }
    await using older = await startTestServer(options)
    const person = await createTestUser(older.url, { id: 'old' })
    await older.stop()
    const database = new DatabaseSync(options.data)
    database.exec('UPDATE users SET key_nonce = NULL')
    database.close()
    await older.start()
    const idAlone = testUserWithKey(older.url, { id: 'old', key: signTestKey({ id: 'old' }, { secret }) })

    expect(outcome(await idAlone.get('/users/me'))).toBe('200')
    expect(outcome(await idAlone.post('/users/get-or-create', { name: 'Old' }))).toBe('201')
    expect(outcome(await person.get('/users/me'))).toBe('401 Unauthorized')
  })
})

describe('a key that the server signs', () => {
  test('identifies its secret, its bot and a nonce of the user', async () => {
    const [ada, bob] = [
      await createTestUser(server.url, { id: 'ada' }),
      await createTestUser(server.url, { id: 'bob' }),
    ]

    const [header, payload] = ada.key.split('.').slice(0, 2).map(decode)
    const [, other] = bob.key.split('.').slice(0, 2).map(decode)

    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.stringMatching(/^[\w-]{11}$/) })
    expect(payload).toEqual({
      id: 'ada',
      parley: { bot: 'demo', user: expect.stringMatching(/^[\w-]{22}$/) },
    })
    expect(other).not.toMatchObject({ parley: { user: (payload as Claims).parley.user } })
  })

  test('does not open another bot that has the same secret', async () => {
    const person = await createTestUser(server.url, { id: 'both' })
    const url = `${server.origin}/other`
    await createTestUser(url, { id: 'both' })

    const response = await sendRequest('GET', `${url}/users/me`, { key: person.key })

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
  ])('is refused with the claim %j', async (parley) => {
    await createTestUser(server.url, { id: 'claimed' }).catch(() => undefined)

    const response = await sendRequest('GET', `${server.url}/users/me`, {
      key: signTestKey({ id: 'claimed', parley }, { secret }),
    })

    expect(outcome(response)).toBe('401 Unauthorized')
  })

  test('may have any other claim', async () => {
    await createTestUser(server.url, { id: 'claims' })
    const claims = { id: 'claims', aud: 'x', sub: 'y', iss: 'z', bot: 'w', user: 'v' }

    const response = await sendRequest('GET', `${server.url}/users/me`, {
      key: signTestKey(claims, { secret }),
    })

    expect(outcome(response)).toBe('200')
  })
})

test('the server logs a warning about bots that share a secret when it starts', async () => {
  const logger = createRecordingLogger()
  await using alike = await startTestServer({
    encryptionKey: secret,
    logger,
    bots: { other: { encryptionKey: secret }, third: {} },
  })

  expect(outcome(await sendRequest('GET', `${alike.url}/hello`))).toBe('200')
  expect(logger.entries).toContainEqual({ webhookIds: ['demo', 'other'] })
})

interface Claims {
  readonly parley: { readonly user: string }
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}
