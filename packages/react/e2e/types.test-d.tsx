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

test('a provider takes a user, a chat or an address', () => {
  expectTypeOf<{ user: ConnectedUser }>().toExtend<Props>()
  expectTypeOf<{ user: ConnectedUser<CustomSchemas> }>().toExtend<ChatProviderProps<CustomSchemas>>()
  expectTypeOf<{ user: null }>().toExtend<Props>()
  expectTypeOf<{ user: undefined; storage: undefined; initial: undefined }>().toExtend<Props>()
  expectTypeOf<{ chat: Chat; userKey: string | undefined }>().toExtend<Props>()
  expectTypeOf<Url & { userKey: () => string }>().toExtend<Props>()
  expectTypeOf<{ webhookId: string; userKey: () => Promise<string> }>().toExtend<Props>()
})

test('a provider takes no more than one of them', () => {
  expectTypeOf<object>().not.toExtend<Props>()
  expectTypeOf<{ user: ConnectedUser } & Url>().not.toExtend<Props>()
  expectTypeOf<{ user: ConnectedUser; userKey: string }>().not.toExtend<Props>()
  // It would be taken for a user who is not there yet.
  expectTypeOf<Url & { user: undefined }>().not.toExtend<Props>()
  expectTypeOf<Url & { chat: Chat }>().not.toExtend<Props>()
  expectTypeOf<Url & { webhookId: string }>().not.toExtend<Props>()
})

test('hooks take what may be undefined', () => {
  expectTypeOf(useMessages).toBeCallableWith(undefined)
  expectTypeOf(useConversations).toBeCallableWith({ visible: undefined })
  expectTypeOf<ConversationResult['messages']>().toExtend<readonly { key: string }[]>()
})
