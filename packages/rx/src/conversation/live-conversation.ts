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

/**
 * A conversation as observables. Nothing happens until one is subscribed to; all share one connection, which closes shortly after
 * the last subscriber left. They never fail: trouble with the network is a state of `connection$`.
 */
export interface LiveConversation<Schemas = NoSchemas> {
  readonly id: string
  /** All messages that are known: the server's in its order, then what is being written, then what is unsent. Replays the latest. */
  readonly messages$: Observable<readonly ChatMessage<Schemas>[]>
  /** Custom events as they happen, each once. What a lost connection missed is lost where the server has no replay: see `signals$`. */
  readonly events$: Observable<
    WithCustomTypes<Omit<Event, 'id'> & { id: string | null; isBot: boolean }, Schemas>
  >
  /** Who takes part, without the bot. Asked for when it is subscribed to. Replays the latest. */
  readonly participants$: Observable<readonly User[]>
  /** The ids of the others who are typing. Replays the latest. */
  readonly typing$: Observable<readonly string[]>
  /** Replays the latest. */
  readonly connection$: Observable<ConversationConnection>
  /** Whether there are older messages, and how loading them goes. Replays the latest. */
  readonly history$: Observable<HistoryState>
  /** Every signal as it comes, also of unknown types; a `discontinuity` says that some may have been missed. */
  readonly signals$: Observable<WithCustomTypes<ChatSignal, Schemas>>
  /** Signals that do not fit the app's schemas. */
  readonly invalid$: Observable<UnknownSignal>

  /**
   * Sends a message. It is in `messages$` at once, as `sending`, and goes out after those sent before it: exactly once,
   * when the network lets it. It needs no subscriber.
   *
   * @returns The stored message. Rejects if the server or a firewall refuses it: the message is then `failed` until
   * `retry` or `discard`.
   * @throws ChatError, also `NetworkFailed` or `TimedOut` if only this message keeps failing while other requests
   * succeed.
   */
  send: (
    payload: Payload,
    options?: {
      metadata?: CustomInput<'createMessage', Schemas>['metadata'] | undefined
      /**
       * The key of a message that may have been sent before: it is looked up first, and never stored twice. Default: a
       * new key.
       */
      key?: string | undefined
    },
  ) => Promise<WithCustomTypes<Message, Schemas>>
  /** Sends a failed message again, after all others. */
  retry: (key: string) => Promise<WithCustomTypes<Message, Schemas>>
  /** Takes back an unsent message; one on its way may arrive all the same. */
  discard: (key: string) => void
  /**
   * Sends a custom event, never twice: if it is not known whether it arrived, it fails.
   *
   * @throws ChatError
   */
  sendEvent: (
    payload: CustomInput<'createEvent', Schemas>['payload'],
  ) => Promise<WithCustomTypes<Event, Schemas>>
  /** Call it with every key stroke: others are told at most once in 3 s. It never fails. */
  sendTyping: () => void
  /**
   * Loads the page before the oldest message. Calls at the same time share one.
   *
   * @throws ChatError; `history$` has it as well.
   */
  loadOlder: () => Promise<void>
  /** Tries at once what is waited for: a connection, a page, a message that is unsent. */
  reconnectNow: () => void
}

/** How the connection is, and whether what is shown is known to be what the server has. */
export type ConversationConnection = ConnectionStatus & { isSynced: boolean }

export interface HistoryState {
  hasOlder: boolean
  isLoading: boolean
  /** Why the last attempt failed. */
  error?: ChatError
}
