import type { User } from '../contract/models.ts'
import type { NoSchemas } from '../custom-types/custom-schemas.ts'
import type { WithCustomTypes } from '../custom-types/custom-types.ts'
import type { ChatSignal, UserSignal } from '../stream/chat-signal.ts'
import type { StreamOptions, UserStreamOptions } from '../stream/stream-options.ts'
import type { CallOptions } from './call-options.ts'
import type { Methods } from './methods.ts'
import type { ServerInfo } from './server-info.ts'

/** A connected user, with one method per operation. */
export interface ConnectedUser<Schemas = NoSchemas> extends Methods<Schemas> {
  /** The base URL of the chat. Together with the user's id, it identifies the user globally. */
  readonly url: string
  /** The user at the time of connecting. Later updates do not change it. */
  readonly user: User
  /** The key that is sent with the user's calls now. */
  readonly userKey: string

  /**
   * Streams the signals of a conversation, in server order, each once. Each iteration opens its own stream.
   *
   * Reconnects indefinitely; ends when `signal` aborts or the loop is left. After a reconnect, missed signals come
   * first, by replay or from `listMessages`; a `discontinuity` precedes them if some may be missing.
   * Wire: `GET /conversations/{id}/listen` (SSE).
   *
   * @throws ChatError for permanent errors: `Unauthorized` (also with a new key), `Forbidden` (the user is not, or no
   * longer, a participant, or the conversation was deleted), `ResourceNotFound`, `ResourceGone`. Network failures are
   * retried.
   */
  listenConversation: (options: StreamOptions) => AsyncIterable<WithCustomTypes<ChatSignal, Schemas>>

  /**
   * Streams the signals of all conversations of the user on one connection, and when conversations are added or
   * removed. Reconnects like `listenConversation`. A gap without replay is reported, never backfilled.
   * Wire: `GET /users/me/listen` (SSE).
   *
   * @throws ChatError like `listenConversation`; `MethodNotFound` if the server lacks the capability `user-stream`.
   */
  listenUser: (options?: UserStreamOptions) => AsyncIterable<WithCustomTypes<UserSignal, Schemas>>

  /**
   * Shows the other participants that the user is typing, for 6 s. Never retried, as a late signal would be wrong.
   * Wire: `PUT /conversations/{conversationId}/typing`.
   *
   * @throws ChatError of type `MethodNotFound` if the server lacks the capability `typing`.
   */
  sendTyping: (input: { conversationId: string }, options?: CallOptions) => Promise<void>

  /**
   * Stops the bot's running turn in a conversation. A message that is streaming is stored with its text so far and
   * `metadata.stopped: true`, before this resolves. Has no effect if nothing is running. Retried only if the server did
   * not process it, as a late retry would stop the next turn.
   * Wire: `POST /conversations/{conversationId}/stop`.
   *
   * @throws ChatError of type `MethodNotFound` if the server lacks the capability `stop`.
   */
  stop: (input: { conversationId: string }, options?: CallOptions) => Promise<void>

  /**
   * Returns the server's name, version and capabilities. Fetched once; later calls return the cached result.
   * Wire: `GET /hello`.
   *
   * @throws ChatError if the server cannot be reached or has no such bot.
   */
  serverInfo: (options?: CallOptions) => Promise<ServerInfo>
}
