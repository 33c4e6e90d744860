import type { CustomSchemas, Chat, ConnectedUser } from '@parley/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expectTypeOf, test } from 'vitest'
import {
  useComposer,
  useConversations,
  useEvents,
  useMessages,
  useSend,
  type ChatEvent,
  type ChatEventOf,
  type ChatEventType,
  type ChatProviderProps,
  type ComposerOptions,
  type ConversationResult,
  type ConversationsResult,
} from '../src/index.ts'

interface Schemas {
  metadata: StandardSchemaV1<{ mood?: string }, { mood: string }>
  events: StandardSchemaV1<{ type: 'wave'; hand: 'left' | 'right' } | { type: 'nod' }>
}

type Props = ChatProviderProps
type Url = { url: string }

test('a provider accepts a user, a chat or an address', () => {
  expectTypeOf<{ user: ConnectedUser }>().toExtend<Props>()
  expectTypeOf<{ user: ConnectedUser<CustomSchemas> }>().toExtend<ChatProviderProps<CustomSchemas>>()
  expectTypeOf<{ user: null }>().toExtend<Props>()
  expectTypeOf<{ user: undefined; storage: undefined; initial: undefined }>().toExtend<Props>()
  expectTypeOf<{ chat: Chat; userKey: string | undefined }>().toExtend<Props>()
  expectTypeOf<Url & { userKey: () => string }>().toExtend<Props>()
  expectTypeOf<{ webhookId: string; userKey: () => Promise<string> }>().toExtend<Props>()
})

test('a provider accepts only one of them', () => {
  expectTypeOf<object>().not.toExtend<Props>()
  expectTypeOf<{ user: ConnectedUser } & Url>().not.toExtend<Props>()
  expectTypeOf<{ user: ConnectedUser; userKey: string }>().not.toExtend<Props>()
  // The provider would treat it as a user who is not connected yet.
  expectTypeOf<Url & { user: undefined }>().not.toExtend<Props>()
  expectTypeOf<Url & { chat: Chat }>().not.toExtend<Props>()
  expectTypeOf<Url & { webhookId: string }>().not.toExtend<Props>()
})

test('hooks accept undefined options', () => {
  expectTypeOf(useMessages).toBeCallableWith(undefined)
  expectTypeOf(useConversations).toBeCallableWith({ visible: undefined })
  expectTypeOf(useComposer).toBeCallableWith(undefined, { metadata: undefined })
  expectTypeOf<ConversationResult['messages']>().toExtend<readonly { key: string }[]>()
})

test('without registered schemas, metadata and events are any JSON objects', () => {
  expectTypeOf(useSend().send).toBeCallableWith('hi', { metadata: { anything: 1 } })
  expectTypeOf(useSend().sendEvent).toBeCallableWith({ anything: 1 })
  expectTypeOf<ChatEventType>().toEqualTypeOf<string>()
  useEvents('wave', ({ payload }) => expectTypeOf(payload).toEqualTypeOf<Record<string, unknown>>())
  useEvents(undefined, (event) => expectTypeOf(event).toEqualTypeOf<ChatEvent>())
})

test('schemas type the metadata of received and sent messages', () => {
  type Typed = ConversationResult<Schemas>
  expectTypeOf<NonNullable<Typed['messages'][number]['metadata']>['mood']>().toEqualTypeOf<string>()
  expectTypeOf<Parameters<Typed['send']>[1]>().toExtend<
    { metadata?: { mood?: string } | undefined } | undefined
  >()
  expectTypeOf<ComposerOptions<Schemas>['metadata']>().toEqualTypeOf<{ mood?: string } | undefined>()
  expectTypeOf<Parameters<Typed['sendEvent']>[0]>().toEqualTypeOf<
    { type: 'wave'; hand: 'left' | 'right' } | { type: 'nod' }
  >()
  type Row = ConversationsResult<Schemas>['conversations'][number]
  expectTypeOf<NonNullable<NonNullable<Row['lastMessage']>['metadata']>['mood']>().toEqualTypeOf<string>()
})

test('schemas type events by their type', () => {
  expectTypeOf<ChatEventType<Schemas>>().toEqualTypeOf<'wave' | 'nod'>()
  expectTypeOf<ChatEventOf<'wave', Schemas>['payload']['hand']>().toEqualTypeOf<'left' | 'right'>()
})

test('a provider takes schemas with an address only', () => {
  expectTypeOf<Url & { schemas: Schemas }>().toExtend<ChatProviderProps<Schemas>>()
  expectTypeOf<{ user: ConnectedUser<Schemas>; schemas: Schemas }>().not.toExtend<
    ChatProviderProps<Schemas>
  >()
})
