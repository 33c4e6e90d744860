import type { NoSchemas } from '../app/app-schemas.ts'
import type { AppTyped } from '../app/app-types.ts'
import type { User } from '../contract/models.ts'
import type { ChatSignal } from '../stream/chat-signal.ts'
import type { ListenOptions } from '../stream/listen.ts'
import type { Methods } from './methods.ts'

/** A user who is connected: every operation of theirs is a method. */
export interface ConnectedUser<Schemas = NoSchemas> extends Methods<Schemas> {
  /** The user, as they were on connecting. */
  readonly user: User
  /** The key that the user's calls are signed with now. */
  readonly userKey: string

  /**
   * Streams the signals of a conversation, in the server's order. Each iteration opens a stream of its own.
   *
   * Ends when the server closes the stream: the user was removed, the conversation deleted, or the server is shutting down.
   * Wire: `GET /conversations/{id}/listen` (SSE).
   *
   * @throws ChatError: `Unauthorized`, `Forbidden`; `NetworkFailed` where the connection is lost, `TimedOut` where it is silent.
   */
  listenConversation: (options: ListenOptions) => AsyncIterable<AppTyped<ChatSignal, Schemas>>
}
