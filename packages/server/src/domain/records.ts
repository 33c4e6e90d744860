import type { EntryKind } from '../wire/render.ts'

/** A stored user. `rowId` is internal and never reused; `id` is public and may be reused after a deletion. */
export interface UserRecord {
  readonly rowId: number
  readonly id: string
  /** A JSON object with `name`, `pictureUrl` and `profile`, each only if set. */
  readonly fieldsJson: string
  /** Milliseconds since 1970, like all stored times. */
  readonly createdAt: number
  readonly updatedAt: number
  /** Contained in every user key that the server signs; undefined for users created by older versions. */
  readonly keyNonce: string | undefined
}

export interface ConversationRecord {
  readonly rowId: number
  readonly botRowId: number
  readonly id: string
  readonly ownerRowId: number
  readonly createdAt: number
  readonly updatedAt: number
  /** The `seq` of the newest entry in the conversation's log. */
  readonly lastSeq: number
  /** The creation time of that entry. */
  readonly lastEntryAt: number
  /** Rises with each new conversation. */
  readonly creationOrder: number
}

/** An entry of a conversation's log. A message or event is stored only as its entry (INV-1). */
export interface LogEntry {
  readonly kind: EntryKind
  readonly botRowId: number
  readonly conversationRowId: number
  readonly conversationId: string
  /** The number of the entry within its conversation, from 1. Numbers rise; some may be missing. */
  readonly seq: number
  /** The number of the entry in the order of all entries and deletions of the storage. */
  readonly sequence: number
  readonly createdAt: number
  /** The sender; for `participant_added` and `participant_removed`, the participant. */
  readonly userRowId: number
  readonly userId: string
  readonly isBot: boolean
  /** JSON text: the payload of a message or event; for other kinds, the signal's `data`. */
  readonly payload: string
  /** JSON text. */
  readonly metadata: string | undefined
  /** The stream that this message completes or aborts. */
  readonly streamId: string | undefined
  /** The last part of a message's or event's id. */
  readonly tag: string
  /** The last part of the SSE id of its signal. */
  readonly epoch: string
}

/** The fields of an entry that deletions need. */
export type EntryHeader = Pick<LogEntry, 'kind' | 'seq' | 'userRowId'>

/** A change by a transaction that is published to listeners and bots. */
export type Change =
  | { readonly type: 'appended'; readonly entry: LogEntry }
  | {
      readonly type: 'conversation_deleted'
      readonly conversationRowId: number
      readonly conversationId: string
      /** In the same order as the `sequence` of entries. */
      readonly sequence: number
    }
  | { readonly type: 'user_deleted'; readonly userRowId: number }

/** The bot of a webhook id. It has access to each of its conversations without being listed as a participant. */
export interface BotRecord {
  readonly rowId: number
  readonly userRowId: number
  readonly userId: string
  /**
   * Random id of the log, stored in the database; the last part of every SSE id. Positions of other epochs, such as
   * those from before a restored backup, are invalid.
   */
  readonly epoch: string
}
