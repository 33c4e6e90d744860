import type { SignalType } from '@parley/core/contract'

/** A user as the storage keeps them. `key` is internal and never given to another, `id` is public and can be taken again. */
export interface UserRecord {
  readonly rowId: number
  readonly id: string
  /** A JSON object with `name`, `pictureUrl` and `profile`, each only if given. */
  readonly fieldsJson: string
  /** Milliseconds since 1970, as every time in here. */
  readonly createdAt: number
  readonly updatedAt: number
  /** Contained in every key that the server signs for the user; undefined for users from older versions. */
  readonly keyNonce: string | undefined
}

export interface ConversationRecord {
  readonly rowId: number
  readonly botRowId: number
  readonly id: string
  readonly ownerRowId: number
  readonly createdAt: number
  readonly updatedAt: number
  /** The number of the newest entry in the conversation's log. */
  readonly lastSeq: number
  /** When that entry was accepted. */
  readonly lastEntryAt: number
  /** Its place in the order in which conversations were made. */
  readonly creationOrder: number
}

/**
 * What stands in a conversation's log. Every kind but the first is a signal that listeners hear;
 * `conversation_created` is for the bot alone. Deltas are never stored; `message_stream_complete` comes from its message.
 */
export type EntryKind =
  | 'conversation_created'
  | Exclude<SignalType, 'message_stream_delta' | 'message_stream_complete'>

/** One entry of a conversation's log: a message or an event *is* its entry. */
export interface LogEntry {
  readonly kind: EntryKind
  readonly botRowId: number
  readonly conversationRowId: number
  readonly conversationId: string
  /** Its place in the conversation's order, from 1; numbers rise, and some may be missing. */
  readonly seq: number
  /** Its place in the order of everything the storage accepted. */
  readonly sequence: number
  readonly createdAt: number
  /** The sender; of `participant_added` and `participant_removed` the participant. */
  readonly userRowId: number
  readonly userId: string
  readonly isBot: boolean
  /** JSON text: the payload of a message or event, the signal's `data` for every other kind. */
  readonly payload: string
  /** JSON text. */
  readonly metadata: string | undefined
  /** The stream in which the bot wrote this message. */
  readonly streamId: string | undefined
  /** The last part of a message's or event's id. */
  readonly tag: string
  /** The last part of the SSE id of its signal. */
  readonly epoch: string
}

/** The fields of an entry that the rules of deletion need. */
export type EntryHeader = Pick<LogEntry, 'kind' | 'seq' | 'userRowId'>

/** What a transaction changed that listeners and bots have to hear of, in the order in which it happened. */
export type Change =
  | { readonly type: 'appended'; readonly entry: LogEntry }
  | {
      readonly type: 'conversation_deleted'
      readonly conversationRowId: number
      readonly conversationId: string
      /** A place in the order of everything, as an entry has one. */
      readonly sequence: number
    }
  | { readonly type: 'user_deleted'; readonly userRowId: number }

/** The bot of one webhook id. It takes part in each of its conversations without being listed. */
export interface BotRecord {
  readonly rowId: number
  readonly userRowId: number
  readonly userId: string
  /**
   * A random name of the log, stored in the database; the last part of every SSE id. A position of another epoch, such
   * as one from before a restored backup, is invalid.
   */
  readonly epoch: string
}
