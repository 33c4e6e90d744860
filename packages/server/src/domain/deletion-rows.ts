import type { EntryPosition } from './positions.ts'
import type { ConversationRecord, EntryHeader } from './records.ts'

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
