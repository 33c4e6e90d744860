import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expectTypeOf, test } from 'vitest'
import {
  createChat,
  isChatError,
  type Chat,
  type ChatError,
  type ChatSignal,
  type ConnectedUser,
  type ConnectionStatus,
  type CustomInput,
  type CustomSchemas,
  type NoSchemas,
  type WithCustomTypes,
  type Conversation,
  type ErrorType,
  type Event,
  type ServerInfo,
  type Message,
  type Payload,
  type PayloadOf,
  type PayloadType,
  type User,
  type UserSignal,
} from './index.ts'

declare const me: ConnectedUser
declare const chat: Chat
declare const signal: ChatSignal
declare const chatError: ChatError
declare const status: ConnectionStatus

describe('models', () => {
  test('have exactly their fields', () => {
    expectTypeOf<User>().toEqualTypeOf<{
      id: string
      name?: string
      pictureUrl?: string
      profile?: string
      createdAt: string
      updatedAt: string
    }>()
    expectTypeOf<Conversation>().toEqualTypeOf<{ id: string; createdAt: string; updatedAt: string }>()
    expectTypeOf<Message>().toEqualTypeOf<{
      id: string
      createdAt: string
      conversationId: string
      userId: string
      payload: Payload
      metadata?: Record<string, unknown>
    }>()
    expectTypeOf<Event>().toEqualTypeOf<{
      id: string
      createdAt: string
      conversationId: string
      userId: string
      payload: Record<string, unknown>
    }>()
  })

  test('payloads are discriminated by type, also if nested', () => {
    expectTypeOf<PayloadType>().toEqualTypeOf<
      | 'text'
      | 'markdown'
      | 'image'
      | 'audio'
      | 'video'
      | 'file'
      | 'location'
      | 'card'
      | 'carousel'
      | 'choice'
      | 'dropdown'
      | 'bloc'
    >()
    expectTypeOf<PayloadOf<'location'>>().toEqualTypeOf<{
      type: 'location'
      latitude: number
      longitude: number
      address?: string
      title?: string
    }>()
    expectTypeOf<PayloadOf<'carousel'>['items'][number]>().toEqualTypeOf<PayloadOf<'card'>>()
    expectTypeOf<PayloadOf<'card'>['actions'][number]>().toEqualTypeOf<{
      action: 'postback' | 'url' | 'say'
      label: string
      value: string
    }>()
    expectTypeOf<PayloadOf<'bloc'>['items'][number]['type']>().toEqualTypeOf<
      'text' | 'markdown' | 'image' | 'audio' | 'video' | 'file' | 'location'
    >()
  })
})

describe('operations', () => {
  test('take flat input and return the result of the API', () => {
    expectTypeOf(chat.createUser).toEqualTypeOf<
      MethodOf<
        { id?: string; name?: string; pictureUrl?: string; profile?: string },
        { user: User; key: string },
        'optional'
      >
    >()
    expectTypeOf(me.getOrCreateUser).toEqualTypeOf<MethodOf<Fields, { user: User }, 'optional'>>()
    expectTypeOf(me.getUser).toEqualTypeOf<MethodOf<Record<string, never>, { user: User }, 'optional'>>()
    expectTypeOf(me.updateUser).toEqualTypeOf<MethodOf<Fields, { user: User }, 'optional'>>()
    expectTypeOf(me.deleteUser).toEqualTypeOf<
      MethodOf<Record<string, never>, Record<string, unknown>, 'optional'>
    >()
    expectTypeOf(me.createConversation).toEqualTypeOf<
      MethodOf<{ id?: string }, { conversation: Conversation }, 'optional'>
    >()
    expectTypeOf(me.getOrCreateConversation).toEqualTypeOf<
      MethodOf<{ id: string }, { conversation: Conversation }>
    >()
    expectTypeOf(me.getConversation).toEqualTypeOf<MethodOf<{ id: string }, { conversation: Conversation }>>()
    expectTypeOf(me.deleteConversation).toEqualTypeOf<MethodOf<{ id: string }, Record<string, unknown>>>()
    expectTypeOf(me.addParticipant).toEqualTypeOf<
      MethodOf<{ conversationId: string; userId: string }, { participant: User }>
    >()
    expectTypeOf(me.getParticipant).toEqualTypeOf<
      MethodOf<{ conversationId: string; userId: string }, { participant: User }>
    >()
    expectTypeOf(me.removeParticipant).toEqualTypeOf<
      MethodOf<{ conversationId: string; userId: string }, Record<string, unknown>>
    >()
    expectTypeOf(me.createMessage).toEqualTypeOf<
      MethodOf<
        { conversationId: string; payload: Payload; metadata?: Record<string, unknown> },
        { message: Message }
      >
    >()
    expectTypeOf(me.getMessage).toEqualTypeOf<MethodOf<{ id: string }, { message: Message }>>()
    expectTypeOf(me.deleteMessage).toEqualTypeOf<MethodOf<{ id: string }, Record<string, unknown>>>()
    expectTypeOf(me.createEvent).toEqualTypeOf<
      MethodOf<{ conversationId: string; payload: Record<string, unknown> }, { event: Event }>
    >()
    expectTypeOf(me.getEvent).toEqualTypeOf<MethodOf<{ id: string }, { event: Event }>>()
    expectTypeOf(chat.serverInfo).returns.resolves.toEqualTypeOf<ServerInfo>()
  })

  test('that list return a page, and all() iterates over the items of all pages', () => {
    type Page<Items extends string, Item> = Record<Items, Item[]> & { meta: { nextToken?: string } }

    expectTypeOf(me.listConversations).returns.resolves.toExtend<Page<'conversations', Conversation>>()
    expectTypeOf(me.listMessages).returns.resolves.toExtend<Page<'messages', Message>>()
    expectTypeOf(me.listParticipants).returns.resolves.toExtend<Page<'participants', User>>()
    expectTypeOf(me.listMessages)
      .parameter(0)
      .toEqualTypeOf<{ conversationId: string; nextToken?: string; limit?: number }>()
    expectTypeOf(me.listConversations.all).returns.toEqualTypeOf<AsyncIterable<Conversation>>()
    expectTypeOf(me.listMessages.all).returns.toEqualTypeOf<AsyncIterable<Message>>()
    expectTypeOf(me.listParticipants.all).returns.toEqualTypeOf<AsyncIterable<User>>()
  })

  test('reject input that the API rejects', () => {
    expectTypeOf(me.createMessage).not.toBeAny()
    const conversationId = 'c'
    // @ts-expect-error text is required
    void me.createMessage({ conversationId, payload: { type: 'text' } })
    // @ts-expect-error unknown payload type
    void me.createMessage({ conversationId, payload: { type: 'poem', text: 'Roses' } })
    // @ts-expect-error markdown is required
    void me.createMessage({ conversationId, payload: { type: 'markdown', text: 'Hello' } })
    const run = { action: 'run' as const, label: 'l', value: 'v' }
    // @ts-expect-error unknown action
    void me.createMessage({ conversationId, payload: { type: 'card', title: 't', actions: [run] } })
    const card = { type: 'card' as const, title: 't', actions: [] }
    // @ts-expect-error a bloc cannot contain cards
    void me.createMessage({ conversationId, payload: { type: 'bloc', items: [card] } })
    // @ts-expect-error conversationId is required
    void me.createMessage({ payload: { type: 'text', text: 'Hello' } })
    // @ts-expect-error null is not allowed
    void me.updateUser({ name: null })
    // @ts-expect-error getUser has no input
    void me.getUser({ id: 'u' })
    // @ts-expect-error an id is required
    void me.getConversation()
    // @ts-expect-error the key contains the id
    void chat.connect({ userKey: 'k', id: 'u' })
    // @ts-expect-error connect can send several requests
    void chat.connect({ idempotencyKey: 'k' })
    // @ts-expect-error an address is required
    createChat({})
    // @ts-expect-error only one address is allowed
    createChat({ url: 'http://127.0.0.1', webhookId: 'w' })
  })
})

test('signals narrow by their type', () => {
  switch (signal.type) {
    case 'message_created':
      expectTypeOf(signal.data).toExtend<Message & { isBot: boolean }>()
      break
    case 'event_created':
      expectTypeOf(signal.data.id).toEqualTypeOf<string | null>()
      break
    case 'message_deleted':
      expectTypeOf(signal.data).toEqualTypeOf<{ id: string; conversationId: string; userId: string }>()
      break
    case 'participant_added':
    case 'participant_removed':
      expectTypeOf(signal.data).toEqualTypeOf<{ conversationId: string; participantId: string }>()
      break
    case 'message_stream_delta':
      expectTypeOf(signal.data.sequence).toEqualTypeOf<number>()
      break
    case 'message_stream_complete':
      expectTypeOf(signal.data.message).toEqualTypeOf<Message>()
      break
    case 'message_stream_abort':
      expectTypeOf(signal.data).toEqualTypeOf<{ streamId: string; conversationId: string }>()
      break
    case 'typing':
      expectTypeOf(signal.data).toEqualTypeOf<{ conversationId: string; userId: string }>()
      break
    case 'discontinuity':
      expectTypeOf(signal.data).toEqualTypeOf<{ conversationId?: string; cause: 'no_replay' | 'reset' }>()
      break
    case 'unknown':
      expectTypeOf(signal.data).toEqualTypeOf<unknown>()
      break
    default:
      expectTypeOf(signal).toBeNever()
  }
  expectTypeOf(signal.id).toEqualTypeOf<string | undefined>()
})

test('the stream of a user has the signals of all conversations, and of added and removed ones', () => {
  const userSignal: UserSignal = signal
  void userSignal
  expectTypeOf<Exclude<UserSignal, ChatSignal>['type']>().toEqualTypeOf<
    'conversation_added' | 'conversation_removed'
  >()
  expectTypeOf<Exclude<UserSignal, ChatSignal>['data']>().toEqualTypeOf<{ conversationId: string }>()
  expectTypeOf(me.listenUser).returns.toEqualTypeOf<AsyncIterable<UserSignal>>()
  expectTypeOf(me.sendTyping).returns.resolves.toEqualTypeOf<void>()
  // @ts-expect-error listenUser covers all conversations
  void me.listenUser({ id: 'c' })
  // @ts-expect-error listenUser does not backfill
  void me.listenUser({ onGap: 'backfill' })
})

test('a status narrows by its state', () => {
  switch (status.state) {
    case 'reconnecting':
      expectTypeOf(status).toEqualTypeOf<{
        state: 'reconnecting'
        attempt: number
        retryAt: number
        cause: ChatError
      }>()
      break
    case 'closed':
      expectTypeOf(status.cause).toEqualTypeOf<ChatError | undefined>()
      break
    case 'connecting':
    case 'online':
    case 'offline':
      break
    default:
      expectTypeOf(status).toBeNever()
  }
})

test('errors are discriminated by type', () => {
  expectTypeOf(chatError.type).toEqualTypeOf<ErrorType>()
  expectTypeOf<'Forbidden' | 'NetworkFailed' | 'TimedOut' | 'UnexpectedResponse'>().toExtend<ErrorType>()
  // @ts-expect-error unknown error type
  void (chatError.type === 'Unheard')

  const caught: unknown = chatError
  if (isChatError(caught)) expectTypeOf(caught).toEqualTypeOf<ChatError>()
})

describe("the app's schemas", () => {
  interface Seat {
    row: number
  }
  interface Wave {
    kind: 'wave'
    at: Date
  }
  const metadata = {} as StandardSchemaV1<Seat>
  const events = {} as StandardSchemaV1<{ kind: 'wave'; at: string }, Wave>

  test('type outgoing and incoming data', async () => {
    const typedUser = await createChat({ url: 'http://127.0.0.1', schemas: { metadata, events } }).connect()
    const payload = { type: 'text', text: 'Hello' } as const

    // @ts-expect-error row must be a number
    void typedUser.createMessage({ conversationId: 'c', payload, metadata: { row: 'A' } })
    // @ts-expect-error at is required
    void typedUser.createEvent({ conversationId: 'c', payload: { kind: 'wave' } })
    const { message } = await typedUser.createMessage({ conversationId: 'c', payload, metadata: { row: 1 } })
    const { event } = await typedUser.createEvent({
      conversationId: 'c',
      payload: { kind: 'wave', at: 'now' },
    })

    expectTypeOf(message.metadata).toEqualTypeOf<Seat | undefined>()
    expectTypeOf(message.payload).toEqualTypeOf<Payload>()
    expectTypeOf(event.payload).toEqualTypeOf<Wave>()
    for await (const item of typedUser.listMessages.all({ conversationId: 'c' })) {
      expectTypeOf(item.metadata).toEqualTypeOf<Seat | undefined>()
    }
    for await (const received of typedUser.listenConversation({ id: 'c' })) {
      if (received.type === 'message_created')
        expectTypeOf(received.data.metadata).toEqualTypeOf<Seat | undefined>()
      if (received.type === 'message_stream_complete') {
        expectTypeOf(received.data.message.metadata).toEqualTypeOf<Seat | undefined>()
      }
      if (received.type === 'event_created') expectTypeOf(received.data.payload).toEqualTypeOf<Wave>()
      if (received.type === 'unknown') expectTypeOf(received.data).toEqualTypeOf<unknown>()
    }
  })

  test('are optional', async () => {
    const typedUser = await createChat({ url: 'http://127.0.0.1', schemas: { events } }).connect()

    const { message } = await typedUser.getMessage({ id: 'm' })

    expectTypeOf(message.metadata).toEqualTypeOf<Record<string, unknown> | undefined>()
  })

  test('have names for code around the client', async () => {
    const schemas = { metadata, events } satisfies CustomSchemas
    type AppSchemas = typeof schemas

    expectTypeOf(await createChat({ url: 'http://127.0.0.1', schemas }).connect()).toEqualTypeOf<
      ConnectedUser<AppSchemas>
    >()
    expectTypeOf<WithCustomTypes<Message, AppSchemas>['metadata']>().toEqualTypeOf<Seat | undefined>()
    expectTypeOf<WithCustomTypes<Event, AppSchemas>['payload']>().toEqualTypeOf<Wave>()
    expectTypeOf<WithCustomTypes<Message[], AppSchemas>[number]['metadata']>().toEqualTypeOf<
      Seat | undefined
    >()
    expectTypeOf<CustomInput<'createMessage', AppSchemas>['metadata']>().toEqualTypeOf<Seat | undefined>()
    expectTypeOf<CustomInput<'createEvent', AppSchemas>['payload']>().toEqualTypeOf<{
      kind: 'wave'
      at: string
    }>()
    expectTypeOf<WithCustomTypes<User, AppSchemas>>().toEqualTypeOf<User>()
  })

  test('can come from an interface that the app extends, and are unknown without it', () => {
    type Registered<Register> = Register extends { schemas: infer S extends CustomSchemas } ? S : NoSchemas
    interface AppRegister {
      schemas: { metadata: typeof metadata }
    }

    expectTypeOf<WithCustomTypes<Message, Registered<AppRegister>>['metadata']>().toEqualTypeOf<
      Seat | undefined
    >()
    expectTypeOf<WithCustomTypes<Message, Registered<object>>>().toEqualTypeOf<Message>()
    expectTypeOf<CustomInput<'createEvent', Registered<AppRegister>>['payload']>().toEqualTypeOf<
      Record<string, unknown>
    >()
    expectTypeOf<ConnectedUser<Registered<object>>>().toEqualTypeOf<ConnectedUser>()
  })
})

type Fields = { name?: string; pictureUrl?: string; profile?: string }

type MethodOf<Input, Result, Presence = 'required'> = Presence extends 'optional'
  ? (input?: Input, options?: Options) => Promise<Result>
  : (input: Input, options?: Options) => Promise<Result>

type Options = {
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
  idempotencyKey?: string | undefined
}
