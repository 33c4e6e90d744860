import type { Conversation, Event, Message, Payload, User } from '@parley/core/contract'

/** A bot: who it is, and what it does. Every handler is optional; one turn at a time runs in each conversation. */
export interface BotDefinition {
  /** The id of the bot's own user. Default: `bot_` and the webhook id. */
  readonly id?: string
  readonly name?: string
  readonly pictureUrl?: string
  /** Somebody else than the bot wrote a message. */
  readonly onMessage?: (turn: MessageTurn) => unknown
  /** Somebody else than the bot created an event. */
  readonly onEvent?: (turn: EventTurn) => unknown
  /** A conversation was made. */
  readonly onConversation?: (turn: Turn) => unknown
}

/**
 * One thing that the bot is asked to answer.
 *
 * A turn that a crash interrupts runs again from its start; what it had stored already is not stored twice, as long as the
 * handler answers in the same order.
 */
export interface Turn {
  readonly conversation: Conversation
  /** Who wrote the message, created the event, or made the conversation. */
  readonly user: User
  /** Aborts when the conversation is deleted, the turn takes too long, or the server stops. */
  readonly signal: AbortSignal
  /**
   * The newest messages of the conversation, newest first: `limit` of them (1 to 100, default 20), or fewer if they
   * would exceed 2 MiB.
   */
  readonly history: (options?: { limit?: number }) => Promise<Message[]>
  /** Sends a message of at most 1 MiB (payload and metadata as JSON); resolves when it is stored. */
  readonly reply: (payload: Payload, options?: { metadata?: Record<string, unknown> }) => Promise<Message>
  /** Sends an event of at most 1 MiB to listeners. Events cannot be fetched later. */
  readonly sendEvent: (payload: Record<string, unknown>) => Promise<void>
  /** Begins a message that listeners see being written. What is still open when the handler ends is aborted. */
  readonly stream: (options?: { type?: 'text' | 'markdown' }) => AnswerStream
}

export interface MessageTurn extends Turn {
  readonly message: Message
}

export interface EventTurn extends Turn {
  readonly event: Event
}

/** A message while the bot is writing it. */
export interface AnswerStream {
  readonly streamId: string
  /**
   * Appends text; listeners receive it at once.
   *
   * @throws Error if the message would exceed 1 MiB as JSON. Then none of the text is appended, and the stream stays
   * open: end it with the text so far, or abort it.
   */
  readonly write: (text: string) => void
  /**
   * Stores the whole message; resolves when it is stored. If the metadata makes the message exceed 1 MiB, it rejects
   * and the stream stays open; any other failure aborts the stream.
   */
  readonly end: (options?: { metadata?: Record<string, unknown> }) => Promise<Message>
  /** Takes back what was written; listeners drop it. */
  readonly abort: () => Promise<void>
}

/** Types a bot, and does no more: a plain object will do. */
export function defineBot(bot: BotDefinition): BotDefinition {
  return bot
}
