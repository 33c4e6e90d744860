import { operations, type OperationName } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import {
  testUserWithKey,
  listTexts,
  sendText,
  createConversation,
  type TestUser,
} from './raw-http/test-user.ts'
import { signTestKey } from './raw-http/user-key.ts'
import { validRequests } from './raw-http/valid-requests.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const secret = "a secret that the bot's operator knows"
const names = Object.keys(operations) as OperationName[]
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ encryptionKey: secret, auth: 'personal', logger: createRecordingLogger() })
})
afterAll(() => server.close())

describe('a bot in personal mode', () => {
  test('does not create users without a signed key, whatever the body', async () => {
    const bodies = [undefined, {}, { id: 'ada' }, { id: 7 }, '{']

    const responses = await Promise.all(
      bodies.map((body) => sendRequest('POST', `${server.url}/users`, { body })),
    )
    const withKey = await userWithId('ada').post('/users', { id: 'bob' })

    expect(responses.map(outcome)).toEqual(bodies.map(() => '401 Unauthorized'))
    expect(outcome(withKey)).toBe('401 Unauthorized')
  })

  test('creates a user for a signed key', async () => {
    const ada = userWithId('ada/7')

    const before = await ada.get('/users/me')
    const created = await ada.post('/users/get-or-create', { name: 'Ada' })
    const conversationId = await createConversation(ada)
    await sendText(ada, conversationId, 'Hello')

    expect(outcome(before)).toBe('404 ResourceNotFound')
    expect(created).toMatchObject({ status: 201, body: { user: { id: 'ada/7', name: 'Ada' } } })
    expect(Object.keys(created.body as object)).toEqual(['user'])
    expect(await listTexts(ada, conversationId)).toEqual(['Hello'])
  })
})

test.each(['', 'a'.repeat(71), 'not an id', 'ada\n', 'ü', 'a.b'])(
  'a signed key with an invalid id does not create a user: %j',
  async (id) => {
    const user = userWithId(id)
    const ids = {
      conversationId: 'c',
      messageId: 'm',
      eventId: 'e',
      otherParticipantId: 'g',
      addableUserId: 'n',
    }
    const calls = names
      .filter((name) => name !== 'createUser')
      .map(async (name) => {
        const { method, path, body } = validRequests[name](ids)
        return [name, outcome(await sendRequest(method, server.url + path, { key: user.key, body }))] as const
      })

    const { getOrCreateUser, ...otherOutcomes } = Object.fromEntries(await Promise.all(calls))

    expect(getOrCreateUser).toBe('400 InvalidPayload')
    expect(new Set(Object.values(otherOutcomes))).toEqual(new Set(['404 ResourceNotFound']))
  },
)

function userWithId(id: string): TestUser {
  return testUserWithKey(server.url, { id, key: signTestKey({ id }, { secret }) })
}
