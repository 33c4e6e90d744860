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
   * Called when a turn fails: its handler threw or took longer than `turnTimeoutMs`. Not called for a turn
   * that a user stopped, whose conversation was deleted, or that was interrupted because the server stopped.
   *
   * It may send for 30 s; its messages have `metadata.failed: true`. The failure is logged before this call, and
   * so are errors that this handler throws.
   */
  readonly onError?: (error: unknown, turn: FailedTurn) => unknown
  /**
   * Sent with `metadata.failed: true` when the turn of a message or event fails, and neither its handler nor `onError`
   * has sent a message. `false` sends nothing. Default: "Sorry, something went wrong. Please try again."
   */
  readonly errorMessage?: string | false
  /**
   * Whether a message or event that arrives during a turn waits for its end (`queue`), or stops it as a user would
   * (`interrupt`). With `interrupt`, a message that is still waiting when a newer one arrives gets no turn of its own;
   * it is in the `history` of the newer one. Default: `queue`.
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
   * Returns what a language model needs: the newest messages before the current one, oldest first. Each answer of the
   * bot follows the message that it answers, even if other messages arrived in between.
   *
   * Excludes the current message (unless `includeCurrent`), and messages of users that arrived after it and wait for
   * their own turns. `limit` is an integer from 1 to 100, default 20. Returns fewer if they would exceed 2 MiB. A
   * failure message has `metadata.failed`.
   */
  readonly history: (options?: HistoryOptions) => Promise<HistoryMessage[]>
  /** Sends a message of at most 1 MiB (payload and metadata as JSON). Resolves when it is stored. */
  readonly reply: (payload: Payload, options?: { metadata?: Record<string, unknown> }) => Promise<Message>
  /** Sends an event of at most 1 MiB. Events of bots are only streamed and cannot be fetched. */
  readonly sendEvent: (payload: Record<string, unknown>) => Promise<void>
  /** Starts a streaming message. Streams that are still open when the handler returns are aborted. */
  readonly stream: (options?: { type?: 'text' | 'markdown' }) => MessageStream
}

export interface HistoryOptions {
  readonly limit?: number
  /** Whether the message of the turn is the last item. Default: false. */
  readonly includeCurrent?: boolean
}

export interface HistoryMessage extends Message {
  readonly isBot: boolean
}

export interface MessageTurn extends Turn {
  readonly message: Message
}

export interface EventTurn extends Turn {
  readonly event: Event
}

/** The turn that failed. `signal` is a new one. */
export interface FailedTurn extends Turn {
  /** Defined if `onMessage` failed. */
  readonly message?: Message
  /** Defined if `onEvent` failed. */
  readonly event?: Event
}

/** A streaming message of a bot. */
export interface MessageStream {
  readonly streamId: string
  /**
   * Appends text and sends it to the streams of the conversation at once.
   *
   * @throws Error if the message would exceed 1 MiB as JSON. Then no text is appended and the stream stays open: end it
   * with the text so far, or abort it.
   */
  readonly write: (text: string) => void
  /**
   * Appends all text of a source, such as the tokens of a language model, then ends the stream. Resolves to the stored
   * message.
   *
   * Reads the next text when the last one was sent, and waits while listeners receive too slowly, at most 1 s for each.
   * A stop, an abort and the signal of the turn cancel the source; a stop resolves like `end`. The turn waits for it.
   *
   * @throws The error of the source, or Error if it sends nothing for `idleTimeoutMs` or ends without text. Then the
   * stream is aborted and nothing is stored. If the handler does not handle it, the turn fails.
   */
  readonly pipe: (source: TextSource, options?: PipeOptions) => Promise<Message>
  /**
   * Stores the message. Resolves when it is stored. If the metadata makes the message exceed 1 MiB, it rejects and the
   * stream stays open. Any other error aborts the stream.
   */
  readonly end: (options?: { metadata?: Record<string, unknown> }) => Promise<Message>
  /** Discards the message. Clients remove its text. */
  readonly abort: () => Promise<void>
}

/** Strings, or the parts of the AI SDK: `streamText(…).stream`. */
export type TextSource = AsyncIterable<string | StreamPart> | ReadableStream<string | StreamPart>

/**
 * A part of a stream of the AI SDK (v5 and later). The `text` of a `text-delta` is appended. An `error` or `abort`
 * rejects, unlike in `textStream`, which then only ends. Parts of all other types are ignored.
 */
export interface StreamPart {
  readonly type: string
  readonly text?: string
  readonly error?: unknown
  readonly reason?: string
}

export interface PipeOptions {
  readonly metadata?: Record<string, unknown>
  /** How long the source may send nothing, in milliseconds. Default: 2 minutes. */
  readonly idleTimeoutMs?: number
}

/** Returns its argument, typed. A plain object works as well. */
export function defineBot(bot: BotDefinition): BotDefinition {
  return bot
}
