import type { EntryPosition } from './positions.ts'
import type { ConversationRecord, EntryHeader } from './records.ts'

/**
 * A deletion takes effect in its own transaction: it removes the row of the user or conversation, and every read skips
 * the rows that belonged to it. Those rows are removed, and their signals sent, in slices with a transaction each
 * (INV-10).
 */
export interface PendingDeletion {
  readonly kind: 'user' | 'conversation'
  /** The internal key of the deleted user or conversation. */
  readonly rowId: number
  readonly botRowId: number
  /** Its public id, which may have been reused since. */
  readonly id: string
  /**
   * The position of the deletion in the order of acceptance; all entries of the deleted user or conversation precede
   * it.
   */
  readonly sequence: number
  readonly at: number
  /** For a user: how far the current conversation has been searched for the user's entries. */
  readonly searchedUpTo: EntryPosition
}

/** The remaining budget of a slice. Checked after each step, so a slice exceeds it by at most one row. */
export interface SliceBudget {
  spend(cost: { readonly rows: number; readonly bytes?: number }): void
  readonly isSpent: boolean
}

/** A conversation in which a deleted user took part. */
interface FormerMembership {
  readonly conversationRowId: number
  /** Undefined if the conversation or its owner was deleted too: the user's messages are removed with it. */
  readonly conversation: ConversationRecord | undefined
}

type SearchedEntry = EntryHeader & { readonly bytes: number }

/** The rows that pending deletions have to remove. */
export interface DeletionRows {
  /** The next deletion: conversations first, then in order of acceptance. */
  next(): PendingDeletion | undefined
  /** Deleted users with this id that still have rows. */
  deletedUsersWithId(botRowId: number, id: string): PendingDeletion[]

  /** Removes at least one row of a deleted conversation. True once none are left. */
  removeConversationRows(deletion: PendingDeletion, budget: SliceBudget): boolean

  nextMembership(userRowId: number): FormerMembership | undefined
  removeMembership(userRowId: number, conversationRowId: number): void
  /** The next entries of a conversation from before the deletion, in order; empty at the end. */
  entriesToSearch(deletion: PendingDeletion, after: EntryPosition): SearchedEntry[]
  saveSearchPosition(deletion: PendingDeletion, position: EntryPosition): void
  removeEntries(conversation: ConversationRecord, numbers: readonly number[]): void
  /** Removes private rows of the user, such as stored responses. True once none are left. */
  removeUserRows(deletion: PendingDeletion, budget: SliceBudget): boolean

  finish(deletion: PendingDeletion): void
}
