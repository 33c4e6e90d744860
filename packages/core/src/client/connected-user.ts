import type { User } from '../contract/models.ts'
import type { NoSchemas } from '../custom-types/custom-schemas.ts'
import type { WithCustomTypes } from '../custom-types/custom-types.ts'
import type { ChatSignal, UserSignal } from '../stream/chat-signal.ts'
import type { StreamOptions, UserStreamOptions } from '../stream/stream-options.ts'
import type { CallOptions } from './call-options.ts'
import type { Methods } from './methods.ts'
import type { ServerInfo } from './server-info.ts'

/** A user who is connected: every operation of theirs is a method. */
export interface ConnectedUser<Schemas = NoSchemas> extends Methods<Schemas> {
  /** The base URL of the chat: with the user's id, it tells this user from all others. */
  readonly url: string
  /** The user, as they were on connecting. */
  readonly user: User
  /** The key that the user's calls are signed with now. */
  readonly userKey: string

  /**
   * Streams the signals of a conversation, in the server's order, each once. Each iteration opens a stream of its own.
   *
   * It reconnects for ever, and ends only when told to: by `signal`, or by leaving the loop. What was missed while the connection
   * was lost comes first, by replay or by `listMessages`. Where it may not be complete, a `discontinuity` stands before it.
   * Wire: `GET /conversations/{id}/listen` (SSE).
   *
   * @throws ChatError that no retry can mend: `Unauthorized` after one fresh key, `Forbidden` (the user takes no part in it, or not
   * any more; it was deleted), `ResourceNotFound`, `ResourceGone`. A lost network is retried, never thrown.
   */
  listenConversation: (options: StreamOptions) => AsyncIterable<WithCustomTypes<ChatSignal, Schemas>>

  /**
   * Streams the signals of all conversations of the user on one connection, and says which come and go. It reconnects as
   * `listenConversation` does; what was missed and has no replay is reported, never fetched. Wire: `GET /users/me/listen` (SSE).
   *
   * @throws ChatError: as `listenConversation`; `MethodNotFound` where the server lacks the capability `user-stream`.
   */
  listenUser: (options?: UserStreamOptions) => AsyncIterable<WithCustomTypes<UserSignal, Schemas>>

  /**
   * Tells all who listen to the conversation that the user is typing. It ends by itself after 6 s; it is sent once, as a late one
   * would be wrong. Wire: `PUT /conversations/{id}/typing`.
   *
   * @throws ChatError: `MethodNotFound` where the server lacks the capability `typing`.
   */
  sendTyping: (input: { conversationId: string }, options?: CallOptions) => Promise<void>

  /**
   * What the server says of itself. Read once; later calls get the same.
   *
   * @throws ChatError where the server cannot be reached or knows no such bot.
   */
  serverInfo: (options?: CallOptions) => Promise<ServerInfo>
}
