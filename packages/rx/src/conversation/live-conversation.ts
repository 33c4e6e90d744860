import type {
  CustomInput,
  WithCustomTypes,
  ChatError,
  ChatSignal,
  ConnectionStatus,
  Event,
  Message,
  NoSchemas,
  Payload,
  UnknownSignal,
  User,
} from '@parley/core'
import type { Observable } from 'rxjs'
import type { ChatMessage } from '../timeline/chat-message.ts'
import type { LoadState } from './load-state.ts'

/**
 * A conversation as observables. Connects on the first subscription. All observables share one connection, which closes
 * shortly after the last unsubscription. They never fail: `connection$` reports network failures.
 */
export interface LiveConversation<Schemas = NoSchemas> {
  readonly id: string
  /** All loaded messages: stored in server order, then streaming, then pending. Replays the latest value. */
  readonly messages$: Observable<readonly ChatMessage<Schemas>[]>
  /**
   * Custom events, each exactly once. Without replay on the server, events during a disconnection are lost: `signals$`
   * reports a `discontinuity`.
   */
  readonly events$: Observable<
    WithCustomTypes<Omit<Event, 'id'> & { id: string | null; isBot: boolean }, Schemas>
  >
  /**
   * Whether the messages are loaded: until then, `messages$` may be empty. `error` is a permanent error, which closes
   * the conversation. Replays the latest value.
   */
  readonly loadState$: Observable<LoadState>
  /** The participants, without the bot. Loaded on subscription. Replays the latest value. */
  readonly participants$: Observable<ParticipantsState>
  /** Whether a message of the bot is streaming: `stop` ends it. Replays the latest value. */
  readonly isAnswering$: Observable<boolean>
  /** The ids of other users who are typing. Replays the latest value. */
  readonly typing$: Observable<readonly string[]>
  /** The state of the connection. Replays the latest value. */
  readonly connection$: Observable<ConversationConnection>
  /** The state of loading older messages. Replays the latest value. */
  readonly history$: Observable<HistoryState>
  /** Every signal, including those of unknown types. A `discontinuity` means that signals may have been lost. */
  readonly signals$: Observable<WithCustomTypes<ChatSignal, Schemas>>
  /** Signals that do not match the app's schemas. */
  readonly invalid$: Observable<UnknownSignal>

  /**
   * Sends a message. It immediately appears in `messages$` as `sending`. Messages are sent in order, each exactly once,
   * and retried until the network is back. Needs no subscriber.
   *
   * @returns The stored message.
   * @throws ChatError if the server or a firewall rejects the message, which is then `failed` until `retry` or
   * `discard`. `NetworkFailed` or `TimedOut` if only this message keeps failing while other requests succeed.
   */
  send: (
    payload: Payload,
    options?: {
      metadata?: CustomInput<'createMessage', Schemas>['metadata'] | undefined
      /**
       * The key of a message that may have been sent before. The server is checked first, so the message is never
       * stored twice. Default: a new key.
       */
      key?: string | undefined
    },
  ) => Promise<WithCustomTypes<Message, Schemas>>
  /** Sends a failed message again, after all other pending messages. */
  retry: (key: string) => Promise<WithCustomTypes<Message, Schemas>>
  /** Removes a pending message. If it is in flight, the server may still store it. */
  discard: (key: string) => void
  /**
   * Sends a custom event. Never retries, so the event is never sent twice.
   *
   * @throws ChatError, also if the outcome is unknown.
   */
  sendEvent: (
    payload: CustomInput<'createEvent', Schemas>['payload'],
  ) => Promise<WithCustomTypes<Event, Schemas>>
  /**
   * Stops the bot's running turn. Its streaming message is stored with the text so far, before this resolves. Has no
   * effect if nothing is running.
   *
   * @throws ChatError of type `MethodNotFound` if the server lacks the capability `stop`.
   */
  stop: () => Promise<void>
  /**
   * Deletes an own message for all participants. It disappears from `messages$` as soon as the server has responded.
   *
   * @throws ChatError of type `Forbidden` for a message of another user, `ResourceNotFound`.
   */
  deleteMessage: (id: string) => Promise<void>
  /**
   * Adds a user. `participants$` contains the user as soon as the server has responded.
   *
   * @throws ChatError of type `Forbidden` if the user is not the owner, `ResourceNotFound` if there is no such user.
   */
  addParticipant: (userId: string) => Promise<User>
  /**
   * Removes a participant from the conversation and, as soon as the server has responded, from `participants$`.
   *
   * @throws ChatError of type `Forbidden` if the user is not the owner.
   */
  removeParticipant: (userId: string) => Promise<void>
  /**
   * Removes the user from the conversation. As soon as the server has responded, the connection is `closed` with an
   * error of type `Forbidden`.
   *
   * @throws ChatError
   */
  leave: () => Promise<void>
  /** Call this on every keystroke. Throttled to one request per 3 s. Never fails. */
  sendTyping: () => void
  /**
   * Loads the page before the oldest message. Concurrent calls share one request.
   *
   * @throws ChatError; `history$` also contains it.
   */
  loadOlder: () => Promise<void>
  /** Skips all current backoff delays: of the connection, of listing, and of sending. */
  reconnectNow: () => void
}

/** The state of the connection. `isSynced`: the messages match the server. */
export type ConversationConnection = ConnectionStatus & { isSynced: boolean }

export interface ParticipantsState extends LoadState {
  /** In the order in which they joined. Empty while loading. */
  readonly participants: readonly User[]
}

/** The state of older messages. */
export interface HistoryState {
  /** Whether there are older messages than the loaded ones. */
  readonly hasOlder: boolean
  /** Whether `loadOlder` is running. */
  readonly isLoading: boolean
  /** The reason why the last `loadOlder` failed. */
  readonly error?: ChatError
}
