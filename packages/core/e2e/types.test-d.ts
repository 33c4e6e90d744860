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
} from '../src/index.ts'

declare const me: ConnectedUser
declare const chat: Chat
declare const signal: ChatSignal
declare const failure: ChatError
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

  test('payloads are told apart by their type, also where they are nested', () => {
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
  test('take flat input and give what the API answers', () => {
    expectTypeOf(chat.createUser).toEqualTypeOf<
      Taking<
        { id?: string; name?: string; pictureUrl?: string; profile?: string },
        { user: User; key: string },
        'optional'
      >
    >()
    expectTypeOf(me.getOrCreateUser).toEqualTypeOf<Taking<Fields, { user: User }, 'optional'>>()
    expectTypeOf(me.getUser).toEqualTypeOf<Taking<Record<string, never>, { user: User }, 'optional'>>()
    expectTypeOf(me.updateUser).toEqualTypeOf<Taking<Fields, { user: User }, 'optional'>>()
    expectTypeOf(me.deleteUser).toEqualTypeOf<
      Taking<Record<string, never>, Record<string, unknown>, 'optional'>
    >()
    expectTypeOf(me.createConversation).toEqualTypeOf<
      Taking<{ id?: string }, { conversation: Conversation }, 'optional'>
    >()
    expectTypeOf(me.getOrCreateConversation).toEqualTypeOf<
      Taking<{ id: string }, { conversation: Conversation }>
    >()
    expectTypeOf(me.getConversation).toEqualTypeOf<Taking<{ id: string }, { conversation: Conversation }>>()
    expectTypeOf(me.deleteConversation).toEqualTypeOf<Taking<{ id: string }, Record<string, unknown>>>()
    expectTypeOf(me.addParticipant).toEqualTypeOf<
      Taking<{ conversationId: string; userId: string }, { participant: User }>
    >()
    expectTypeOf(me.getParticipant).toEqualTypeOf<
      Taking<{ conversationId: string; userId: string }, { participant: User }>
    >()
    expectTypeOf(me.removeParticipant).toEqualTypeOf<
      Taking<{ conversationId: string; userId: string }, Record<string, unknown>>
    >()
    expectTypeOf(me.createMessage).toEqualTypeOf<
      Taking<
        { conversationId: string; payload: Payload; metadata?: Record<string, unknown> },
        { message: Message }
      >
    >()
    expectTypeOf(me.getMessage).toEqualTypeOf<Taking<{ id: string }, { message: Message }>>()
    expectTypeOf(me.deleteMessage).toEqualTypeOf<Taking<{ id: string }, Record<string, unknown>>>()
    expectTypeOf(me.createEvent).toEqualTypeOf<
      Taking<{ conversationId: string; payload: Record<string, unknown> }, { event: Event }>
    >()
    expectTypeOf(me.getEvent).toEqualTypeOf<Taking<{ id: string }, { event: Event }>>()
    expectTypeOf(chat.serverInfo).returns.resolves.toEqualTypeOf<ServerInfo>()
  })

  test('that list give a page, and every item with all', () => {
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

  test('refuse what the API refuses', () => {
    expectTypeOf(me.createMessage).not.toBeAny()
    const conversationId = 'c'
    // @ts-expect-error a text needs its text
    void me.createMessage({ conversationId, payload: { type: 'text' } })
    // @ts-expect-error there is no such payload
    void me.createMessage({ conversationId, payload: { type: 'poem', text: 'Roses' } })
    // @ts-expect-error markdown is not text
    void me.createMessage({ conversationId, payload: { type: 'markdown', text: 'Hello' } })
    const run = { action: 'run' as const, label: 'l', value: 'v' }
    // @ts-expect-error there is no such action
    void me.createMessage({ conversationId, payload: { type: 'card', title: 't', actions: [run] } })
    const card = { type: 'card' as const, title: 't', actions: [] }
    // @ts-expect-error a bloc holds no cards
    void me.createMessage({ conversationId, payload: { type: 'bloc', items: [card] } })
    // @ts-expect-error a message belongs to a conversation
    void me.createMessage({ payload: { type: 'text', text: 'Hello' } })
    // @ts-expect-error a null is no value
    void me.updateUser({ name: null })
    // @ts-expect-error this takes nothing
    void me.getUser({ id: 'u' })
    // @ts-expect-error an id is required
    void me.getConversation()
    // @ts-expect-error a key holder has an id already
    void chat.connect({ userKey: 'k', id: 'u' })
    // @ts-expect-error connecting is no single request
    void chat.connect({ idempotencyKey: 'k' })
    // @ts-expect-error where the server is, is required
    createChat({})
    // @ts-expect-error and said once
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

test("a user's stream has the signals of every conversation, and of those that come and go", () => {
  const ofUser: UserSignal = signal
  void ofUser
  expectTypeOf<Exclude<UserSignal, ChatSignal>['type']>().toEqualTypeOf<
    'conversation_added' | 'conversation_removed'
  >()
  expectTypeOf<Exclude<UserSignal, ChatSignal>['data']>().toEqualTypeOf<{ conversationId: string }>()
  expectTypeOf(me.listenUser).returns.toEqualTypeOf<AsyncIterable<UserSignal>>()
  expectTypeOf(me.sendTyping).returns.resolves.toEqualTypeOf<void>()
  // @ts-expect-error it is for all conversations
  void me.listenUser({ id: 'c' })
  // @ts-expect-error what it missed is never fetched
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

test('errors are told apart by their type', () => {
  expectTypeOf(failure.type).toEqualTypeOf<ErrorType>()
  expectTypeOf<'Forbidden' | 'NetworkFailed' | 'TimedOut' | 'UnexpectedResponse'>().toExtend<ErrorType>()
  // @ts-expect-error there is no such type
  void (failure.type === 'Forbiden')

  const caught: unknown = failure
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

  test('type what is sent and what is received', async () => {
    const mine = await createChat({ url: 'http://127.0.0.1', schemas: { metadata, events } }).connect()
    const payload = { type: 'text', text: 'Hello' } as const

    // @ts-expect-error the schema wants a number
    void mine.createMessage({ conversationId: 'c', payload, metadata: { row: 'A' } })
    // @ts-expect-error the schema wants a time
    void mine.createEvent({ conversationId: 'c', payload: { kind: 'wave' } })
    const { message } = await mine.createMessage({ conversationId: 'c', payload, metadata: { row: 1 } })
    const { event } = await mine.createEvent({ conversationId: 'c', payload: { kind: 'wave', at: 'now' } })

    expectTypeOf(message.metadata).toEqualTypeOf<Seat | undefined>()
    expectTypeOf(message.payload).toEqualTypeOf<Payload>()
    expectTypeOf(event.payload).toEqualTypeOf<Wave>()
    for await (const each of mine.listMessages.all({ conversationId: 'c' })) {
      expectTypeOf(each.metadata).toEqualTypeOf<Seat | undefined>()
    }
    for await (const heard of mine.listenConversation({ id: 'c' })) {
      if (heard.type === 'message_created')
        expectTypeOf(heard.data.metadata).toEqualTypeOf<Seat | undefined>()
      if (heard.type === 'message_stream_complete') {
        expectTypeOf(heard.data.message.metadata).toEqualTypeOf<Seat | undefined>()
      }
      if (heard.type === 'event_created') expectTypeOf(heard.data.payload).toEqualTypeOf<Wave>()
      if (heard.type === 'unknown') expectTypeOf(heard.data).toEqualTypeOf<unknown>()
    }
  })

  test('may be one alone', async () => {
    const mine = await createChat({ url: 'http://127.0.0.1', schemas: { events } }).connect()

    const { message } = await mine.getMessage({ id: 'm' })

    expectTypeOf(message.metadata).toEqualTypeOf<Record<string, unknown> | undefined>()
  })
})

type Fields = { name?: string; pictureUrl?: string; profile?: string }

type Taking<Input, Result, Presence = 'required'> = Presence extends 'optional'
  ? (input?: Input, options?: Options) => Promise<Result>
  : (input: Input, options?: Options) => Promise<Result>

type Options = {
  signal?: AbortSignal | undefined
  timeoutMs?: number | undefined
  idempotencyKey?: string | undefined
}
