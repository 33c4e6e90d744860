import type { Conversation, Event, Message, Payload, User } from '@parley/core/contract'

/** A bot: its profile and its handlers. All are optional. In each conversation, turns run one at a time. */
export interface BotDefinition {
  /** The id of the bot's own user. Default: `bot_` and the webhook id. */
  readonly id?: string
  readonly name?: string
  readonly pictureUrl?: string
  /** Called for each message of a user. */
  readonly onMessage?: (turn: MessageTurn) => unknown
  /** Called for each event of a user. */
  readonly onEvent?: (turn: EventTurn) => unknown
  /** Called for each new conversation. */
  readonly onConversation?: (turn: Turn) => unknown
  /**
   * Whether a message or event that arrives during a turn waits for its end (`queue`), or stops it as a user would
   * (`interrupt`). Default: `queue`.
   */
  readonly onBusy?: 'queue' | 'interrupt'
}

/**
 * The handling of one message, event or new conversation.
 *
 * A turn that a crash interrupts runs again from its start. Messages and events that it had already stored are not
 * stored twice, if the handler sends in the same order again.
 */
export interface Turn {
  readonly conversation: Conversation
  /** The user who sent the message, sent the event, or created the conversation. */
  readonly user: User
  /**
   * Aborts when a user stops the turn, the conversation or the user is deleted, the turn takes too long, or the server
   * stops. Pass it on to what the handler waits for, such as the request to a language model.
   */
  readonly signal: AbortSignal
  /**
   * Returns the newest messages of the conversation, newest first. `limit` is 1 to 100, default 20. Returns fewer if
   * they would exceed 2 MiB.
   */
  readonly history: (options?: { limit?: number }) => Promise<Message[]>
  /** Sends a message of at most 1 MiB (payload and metadata as JSON). Resolves when it is stored. */
  readonly reply: (payload: Payload, options?: { metadata?: Record<string, unknown> }) => Promise<Message>
  /** Sends an event of at most 1 MiB. Events of bots are only streamed and cannot be fetched. */
  readonly sendEvent: (payload: Record<string, unknown>) => Promise<void>
  /** Starts a streaming message. Streams that are still open when the handler returns are aborted. */
  readonly stream: (options?: { type?: 'text' | 'markdown' }) => AnswerStream
}

export interface MessageTurn extends Turn {
  readonly message: Message
}

export interface EventTurn extends Turn {
  readonly event: Event
}

/** A streaming message of a bot. */
export interface AnswerStream {
  readonly streamId: string
  /**
   * Appends text and sends it to the streams of the conversation at once.
   *
   * @throws Error if the message would exceed 1 MiB as JSON. Then no text is appended and the stream stays open: end it
   * with the text so far, or abort it.
   */
  readonly write: (text: string) => void
  /**
   * Stores the message. Resolves when it is stored. If the metadata makes the message exceed 1 MiB, it rejects and the
   * stream stays open. Any other error aborts the stream.
   */
  readonly end: (options?: { metadata?: Record<string, unknown> }) => Promise<Message>
  /** Discards the message. Clients remove its text. */
  readonly abort: () => Promise<void>
}

/** Returns its argument, typed. A plain object works as well. */
export function defineBot(bot: BotDefinition): BotDefinition {
  return bot
}
