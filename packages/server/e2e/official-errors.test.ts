import * as chat from '@botpress/chat'
import { expect, test } from 'vitest'
import { connect } from './official/connect.ts'
import { startEchoServer } from './official/start-echo-server.ts'

interface Fixture {
  readonly client: chat.Client
  readonly me: chat.AuthenticatedClient
  readonly nonParticipant: chat.AuthenticatedClient
  /** The id of a conversation of `me`. */
  readonly id: string
}

interface ErrorCase {
  readonly type: chat.ApiError['type']
  readonly code: number
  readonly errorClass: new (message: string) => chat.ApiError
  readonly sendRequest: (fixture: Fixture) => Promise<unknown>
}

const invalidKey = { 'x-user-key': 'nonsense' }

test.each<ErrorCase>([
  {
    type: 'Unauthorized',
    code: 401,
    errorClass: chat.UnauthorizedError,
    sendRequest: async ({ client }) => client.getUser(invalidKey),
  },
  {
    type: 'Forbidden',
    code: 403,
    errorClass: chat.ForbiddenError,
    sendRequest: async ({ nonParticipant, id }) => nonParticipant.deleteConversation({ id }),
  },
  {
    type: 'ResourceNotFound',
    code: 404,
    errorClass: chat.ResourceNotFoundError,
    sendRequest: async ({ me }) => me.getMessage({ id: 'msg_none' }),
  },
  {
    type: 'AlreadyExists',
    code: 409,
    errorClass: chat.AlreadyExistsError,
    sendRequest: async ({ nonParticipant, id }) => nonParticipant.createConversation({ id }),
  },
  {
    type: 'InvalidPayload',
    code: 400,
    errorClass: chat.InvalidPayloadError,
    sendRequest: async ({ me, id }) =>
      me.createMessage({ conversationId: id, payload: { type: 'text', text: '' } }),
  },
  {
    type: 'InvalidQuery',
    code: 400,
    errorClass: chat.InvalidQueryError,
    sendRequest: async ({ me, id }) => me.listMessages({ conversationId: id, nextToken: 'nonsense' }),
  },
  {
    type: 'PayloadTooLarge',
    code: 413,
    errorClass: chat.PayloadTooLargeError,
    sendRequest: async ({ me, id }) =>
      me.createMessage({ conversationId: id, payload: { type: 'text', text: 'x'.repeat(2_000_000) } }),
  },
])('the official client throws $type', async ({ type, code, errorClass, sendRequest }) => {
  await using server = await startEchoServer()
  const { url: apiUrl, logger } = server
  const me = await connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const fixture = { client: new chat.Client({ apiUrl }), me, nonParticipant: await connect({ apiUrl }), id }

  const error: unknown = await sendRequest(fixture).catch((thrown: unknown) => thrown)

  expect(error).toBeInstanceOf(errorClass)
  expect(error).toMatchObject({ type, code, id: expect.stringMatching(/^err_/) })
  expect(logger.entries).toMatchObject([{ errorId: (error as chat.ApiError).id, type }])
})

test.each([
  [
    'a user who is not a participant',
    403,
    async ({ nonParticipant, id }: Fixture) => nonParticipant.listenConversation({ id }),
  ],
  ['an unknown conversation', 403, async ({ me }: Fixture) => me.listenConversation({ id: 'none' })],
  [
    'an invalid key',
    401,
    async ({ client, id }: Fixture) => client.listenConversation({ id, ...invalidKey }),
  ],
])('the official client cannot listen: %s', async (_, status, sendRequest) => {
  await using server = await startEchoServer()
  const { url: apiUrl } = server
  const me = await connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const fixture = { client: new chat.Client({ apiUrl }), me, nonParticipant: await connect({ apiUrl }), id }

  await expect(sendRequest(fixture)).rejects.toMatchObject({ type: 'error', status })
})

test('the official client cannot connect with an unknown webhook id', async () => {
  await using server = await startEchoServer()

  const connecting = chat.Client.connect({ apiUrl: `${server.origin}/unknown` })

  await expect(connecting).rejects.toThrow(/Failed to connect to url.*no bot has this webhook id/s)
})
