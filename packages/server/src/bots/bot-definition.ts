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
   * The newest messages of the conversation, newest first: 20 unless `limit` (1 to 100) asks otherwise, and fewer where they are
   * larger than 2 MiB together.
   */
  readonly history: (options?: { limit?: number }) => Promise<Message[]>
  /** Sends a message of at most 1 MiB (payload and metadata as JSON); resolves when it is stored. */
  readonly reply: (payload: Payload, options?: { metadata?: Record<string, unknown> }) => Promise<Message>
  /** Sends an event of at most 1 MiB, which listeners hear and nobody can fetch later. */
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
   * Appends text; listeners get it at once.
   *
   * @throws Error if the message would have more than 1 MiB as JSON. None of the text is appended; the stream stays open, to be ended
   * with the text so far, or aborted.
   */
  readonly write: (text: string) => void
  /**
   * Stores the message whole; resolves when that is done. Rejects, and leaves the stream open, if the metadata takes the message
   * beyond 1 MiB; any other failure aborts the stream.
   */
  readonly end: (options?: { metadata?: Record<string, unknown> }) => Promise<Message>
  /** Takes back what was written; listeners drop it. */
  readonly abort: () => Promise<void>
}

/** Types a bot, and does no more: a plain object will do. */
export function defineBot(bot: BotDefinition): BotDefinition {
  return bot
}
