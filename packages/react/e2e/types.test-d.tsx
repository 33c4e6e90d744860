import type { CustomSchemas, Chat, ConnectedUser } from '@parley/core'
import { expectTypeOf, test } from 'vitest'
import {
  useConversations,
  useMessages,
  type ChatProviderProps,
  type ConversationResult,
} from '../src/index.ts'

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
  expectTypeOf<ConversationResult['messages']>().toExtend<readonly { key: string }[]>()
})
