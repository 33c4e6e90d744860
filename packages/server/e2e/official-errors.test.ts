import * as chat from '@botpress/chat'
import { expect, test } from 'vitest'
import { connect } from './official/connect.ts'
import { startEchoServer } from './official/start-echo-server.ts'

interface Scene {
  readonly bare: chat.Client
  readonly me: chat.AuthenticatedClient
  readonly stranger: chat.AuthenticatedClient
  /** Of a conversation of mine. */
  readonly id: string
}

interface Refused {
  readonly type: chat.ApiError['type']
  readonly code: number
  readonly kind: new (message: string) => chat.ApiError
  readonly attempt: (scene: Scene) => Promise<unknown>
}

const badKey = { 'x-user-key': 'nonsense' }

test.each<Refused>([
  {
    type: 'Unauthorized',
    code: 401,
    kind: chat.UnauthorizedError,
    attempt: async ({ bare }) => bare.getUser(badKey),
  },
  {
    type: 'Forbidden',
    code: 403,
    kind: chat.ForbiddenError,
    attempt: async ({ stranger, id }) => stranger.deleteConversation({ id }),
  },
  {
    type: 'ResourceNotFound',
    code: 404,
    kind: chat.ResourceNotFoundError,
    attempt: async ({ me }) => me.getMessage({ id: 'msg_none' }),
  },
  {
    type: 'AlreadyExists',
    code: 409,
    kind: chat.AlreadyExistsError,
    attempt: async ({ stranger, id }) => stranger.createConversation({ id }),
  },
  {
    type: 'InvalidPayload',
    code: 400,
    kind: chat.InvalidPayloadError,
    attempt: async ({ me, id }) =>
      me.createMessage({ conversationId: id, payload: { type: 'text', text: '' } }),
  },
  {
    type: 'InvalidQuery',
    code: 400,
    kind: chat.InvalidQueryError,
    attempt: async ({ me, id }) => me.listMessages({ conversationId: id, nextToken: 'nonsense' }),
  },
  {
    type: 'PayloadTooLarge',
    code: 413,
    kind: chat.PayloadTooLargeError,
    attempt: async ({ me, id }) =>
      me.createMessage({ conversationId: id, payload: { type: 'text', text: 'x'.repeat(2_000_000) } }),
  },
])('the official client knows a refusal as $type', async ({ type, code, kind, attempt }) => {
  await using server = await startEchoServer()
  const { url: apiUrl, logger } = server
  const me = await connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const scene = { bare: new chat.Client({ apiUrl }), me, stranger: await connect({ apiUrl }), id }

  const error: unknown = await attempt(scene).catch((refusal: unknown) => refusal)

  expect(error).toBeInstanceOf(kind)
  expect(error).toMatchObject({ type, code, id: expect.stringMatching(/^err_/) })
  expect(logger.entries).toMatchObject([{ errorId: (error as chat.ApiError).id, type }])
})

test.each([
  ['a stranger', 403, async ({ stranger, id }: Scene) => stranger.listenConversation({ id })],
  ['an unknown conversation', 403, async ({ me }: Scene) => me.listenConversation({ id: 'none' })],
  ['a bad key', 401, async ({ bare, id }: Scene) => bare.listenConversation({ id, ...badKey })],
])('the official client may not listen: %s', async (_, status, attempt) => {
  await using server = await startEchoServer()
  const { url: apiUrl } = server
  const me = await connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const scene = { bare: new chat.Client({ apiUrl }), me, stranger: await connect({ apiUrl }), id }

  await expect(attempt(scene)).rejects.toMatchObject({ type: 'error', status })
})

test('the official client finds no bot under an unknown webhook id', async () => {
  await using server = await startEchoServer()

  const connecting = chat.Client.connect({ apiUrl: `${server.origin}/nobody` })

  await expect(connecting).rejects.toThrow(/Failed to connect to url.*no bot has this webhook id/s)
})
