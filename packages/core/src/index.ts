/**
 * A typed client for the Chat API, for every runtime with `fetch`.
 *
 * ```ts
 * import { createChat } from '@parley/core'
 *
 * const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
 * const me = await chat.connect()
 * const { conversation } = await me.createConversation()
 * const hello = { type: 'text', text: 'Hello' } as const
 * const { message } = await me.createMessage({ conversationId: conversation.id, payload: hello })
 * const signals = me.listenConversation({ id: conversation.id, after: message.id })
 * for await (const signal of signals) console.log(signal.type)
 * ```
 *
 * - `createChat`: the chat of a bot; its `connect` returns a user, with one method per operation
 * - `ChatError`, `isChatError`: the only error, discriminated by `type`; `isRetryable`: whether the call can succeed
 *   later
 * - `systemClock`: the default of the option `clock`, which tests replace
 * - types: the inputs and results of the methods, the signals of a stream, and its connection status
 */
export type { CustomSchemas, NoSchemas } from './custom-types/custom-types.ts'
export type { CustomInput, CustomResult, WithCustomTypes } from './custom-types/custom-types.ts'
export type { CallOptions, RetryOptions, UserKeySource } from './http/send-request.ts'
export type { ChatOptions, ChatAddress } from './client/client.ts'
export type { ConnectOptions, UserKeyOptions, GuestOptions } from './chat/connect.ts'
export type { ConnectedUser } from './chat/connect.ts'
export { createChat, type Chat } from './chat/create-chat.ts'
export type { StorageOption, KeyValueStorage } from './chat/guest.ts'
export type { ServerInfo } from './client/server-info.ts'
export type { Method, Methods, PagedMethod } from './client/methods.ts'
export type { GuestKeyStorage, Profile, GuestStorageOptions } from './chat/guest.ts'
export type { ErrorType, WireErrorType } from './contract/error-types.ts'
export type {
  BlocItem,
  CardAction,
  Conversation,
  Event,
  Message,
  Option,
  Payload,
  PayloadOf,
  PayloadType,
  SignalType,
  User,
  WireSignal,
} from './contract/models.ts'
export { ChatError, isChatError, isRetryable } from './errors/chat-error.ts'
export type { ChatSignal, Discontinuity, UnknownSignal, UserSignal } from './stream/chat-signal.ts'
export type { ConnectionStatus } from './stream/stream-machine.ts'
export type { StreamOptions, UserStreamOptions } from './stream/signal-stream.ts'
export type { StreamReady } from './stream/open-connection.ts'
export { systemClock, type Clock } from './time/clock.ts'
