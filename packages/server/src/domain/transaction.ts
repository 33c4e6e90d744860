import type { EntryPosition } from '../wire/ids.ts'
import type { EntryKind } from '../wire/render.ts'
import type { CacheableAccess } from './queries.ts'
import type { BotRecord, ConversationRecord, EntryHeader, LogEntry, UserRecord } from './records.ts'

/** The user of a request: the bot in the path and the user id in the user key. */
export interface Caller {
  readonly bot: BotRecord
  readonly userId: string
  /** Present in user keys that the server signed; must equal the nonce of the user. */
  readonly keyNonce?: string | undefined
}

interface NewEntry {
  readonly kind: EntryKind
  readonly user: Pick<UserRecord, 'rowId' | 'id'>
  readonly payload: string
  readonly metadata?: string | undefined
  readonly streamId?: string | undefined
  /** The `seq` of the entry that the bot is handling. */
  readonly turn?: number | undefined
}

/**
 * A storage transaction, as commands see it. Reads include earlier writes of the same transaction, and skip deleted
 * users, conversations and entries, even if their rows still exist (see `PendingDeletion`).
 *
 * Synchronous, so the commands of a batch never interleave. The storage begins it, runs commands with `runCommand`,
 * commits it, and then publishes its changes: each appended entry and each deletion, in order.
 */
export interface Transaction {
  /** Milliseconds since 1970. */
  readonly now: number

  findUser(bot: BotRecord, id: string): UserRecord | undefined
  findUserByRowId(rowId: number): UserRecord | undefined
  /** @param user.keyNonce - Default: random. */
  insertUser(
    bot: BotRecord,
    user: { id: string; fieldsJson: string; keyNonce?: string | undefined },
  ): UserRecord
  updateUser(user: UserRecord, fieldsJson: string): UserRecord
  /** Frees the id and hides the user's conversations and messages. Their rows become a pending deletion. */
  deleteUser(bot: BotRecord, user: UserRecord): void

  findConversation(bot: BotRecord, id: string): ConversationRecord | undefined
  findConversationByRowId(rowId: number): ConversationRecord | undefined
  /**
   * Inserts a conversation with its owner as the first participant. First deletes a conversation of a deleted user
   * whose row still has the id.
   */
  insertConversation(bot: BotRecord, conversation: { id: string; owner: UserRecord }): ConversationRecord
  /** Frees the id and hides the log and the participants. Their rows become a pending deletion. */
  deleteConversation(conversation: ConversationRecord): void
  readonly deletions: DeletionRows

  /** Reads a user, a conversation and the membership in one query. Undefined if the user does not exist. */
  access(bot: BotRecord, userId: string, conversationId: string): CacheableAccess | undefined
  isParticipant(conversation: ConversationRecord, userRowId: number): boolean
  insertParticipant(conversation: ConversationRecord, user: UserRecord): void
  deleteParticipant(conversation: ConversationRecord, user: Pick<UserRecord, 'rowId'>): void

  /**
   * Stores an entry with the next `seq` and time of the conversation, which rise by at least one (INV-3). The end of a
   * membership also leaves a tombstone, which the user's log reads.
   */
  append(conversation: ConversationRecord, entry: NewEntry): LogEntry
  /** The tag of the message or event at a position. */
  idTag(bot: { readonly rowId: number }, position: EntryPosition): string
  findEntry(conversationRowId: number, seq: number): LogEntry | undefined
  deleteEntry(conversationRowId: number, seq: number): void

  /** The record of an earlier request of the user with this idempotency key, for one day. */
  findIdempotencyRecord(user: UserRecord, key: string): IdempotencyRecord | undefined
  saveIdempotencyRecord(user: UserRecord, record: IdempotencyRecord & { key: string }): void

  /** Stores that the bot has finished the entry, and all turns with a `sequence` up to `watermark`. */
  finishTurn(bot: BotRecord, turn: { conversationRowId: number; seq: number; watermark: number }): void

  findBot(webhookId: string): BotRecord | undefined
  /** Inserts a bot and its user. */
  insertBot(bot: { webhookId: string; userId: string; fieldsJson: string }): BotRecord
  /** Replaces the id and the profile of the bot's user. */
  updateBot(bot: BotRecord, user: { userId: string; fieldsJson: string }): BotRecord
}

/** The result of an idempotent request: a reference to the resource, not the response. */
export interface IdempotencyRecord {
  /** Hash of the request. */
  readonly fingerprint: string
  /** Identifies the resource that the request created. */
  readonly resourceRef: string
}

/**
 * A deletion whose dependent rows are not all removed yet (INV-10).
 *
 * A deletion takes effect in its own transaction: it removes the row of the user or conversation, and from then on
 * every query skips the rows that belong to it. Slices, each in its own transaction, remove those rows and send their
 * signals.
 */
export interface PendingDeletion {
  readonly kind: 'user' | 'conversation'
  /** Of the deleted user or conversation. */
  readonly rowId: number
  readonly botRowId: number
  /** Its public id, which may have been reused since. */
  readonly id: string
  /** Position of the deletion in the log; all entries of the deleted user or conversation precede it. */
  readonly sequence: number
  readonly at: number
  /** For a user: the position up to which the current conversation was searched for the user's entries. */
  readonly searchedUpTo: EntryPosition
}

/** The remaining budget of a slice. Checked after each step, so a slice exceeds it by at most one row. */
export interface SliceBudget {
  spend(cost: { readonly rows: number; readonly bytes?: number }): void
  readonly isSpent: boolean
}

/** A conversation that a deleted user was a participant of. */
interface FormerMembership {
  readonly conversationRowId: number
  /** Undefined if the conversation or its owner was deleted too: then the user's messages are removed with it. */
  readonly conversation: ConversationRecord | undefined
}

type SearchedEntry = EntryHeader & { readonly bytes: number }

/** Access to the rows that pending deletions must remove. */
export interface DeletionRows {
  /** The next deletion: conversations first, then by `sequence`. */
  next(): PendingDeletion | undefined
  /** Deleted users with this public id that still have rows. */
  deletedUsersWithId(botRowId: number, id: string): PendingDeletion[]

  /** Removes at least one row of a deleted conversation. Returns true if none are left. */
  removeConversationRows(deletion: PendingDeletion, budget: SliceBudget): boolean

  nextMembership(userRowId: number): FormerMembership | undefined
  removeMembership(userRowId: number, conversationRowId: number): void
  /** The next entries of a conversation that precede the deletion, by `seq`; empty at the end. */
  entriesToSearch(deletion: PendingDeletion, after: EntryPosition): SearchedEntry[]
  saveSearchPosition(deletion: PendingDeletion, position: EntryPosition): void
  removeEntries(conversation: ConversationRecord, seqList: readonly number[]): void
  /** Removes the user's remaining rows, such as idempotency records. Returns true if none are left. */
  removeUserRows(deletion: PendingDeletion, budget: SliceBudget): boolean

  finish(deletion: PendingDeletion): void
}
