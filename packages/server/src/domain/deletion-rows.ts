import type { Position } from './positions.ts'
import type { ConversationRecord, StoredEntry } from './records.ts'

/**
 * A deletion takes effect in its own transaction: the row of the user or conversation is gone, and every read leaves out what
 * belonged to it. The rows themselves, and the signals about them, follow in slices, each in a transaction of its own (INV-10).
 */
export interface PendingDeletion {
  readonly kind: 'user' | 'conversation'
  /** The internal key of what was deleted. */
  readonly key: number
  readonly botKey: number
  /** The public id that it had. Another may have taken it since. */
  readonly id: string
  /** Its place in the order of acceptance: everything of the deleted user or conversation stands before it. */
  readonly sequence: number
  readonly at: number
  /** Of a user: how far the conversation at hand has been searched for their entries. */
  readonly searched: Position
}

/** How much one slice may still do. Checked after each step, so a slice exceeds it by one row at most. */
export interface SliceBudget {
  spend(cost: { readonly rows: number; readonly bytes?: number }): void
  readonly isSpent: boolean
}

/** Where a deleted user took part. */
interface FormerMembership {
  readonly conversationKey: number
  /** Undefined once it is deleted too, or its owner is: what the user said there goes with it. */
  readonly conversation: ConversationRecord | undefined
}

type FoundEntry = StoredEntry & { readonly bytes: number }

/** The rows that deletions have yet to remove. */
export interface DeletionRows {
  /** The deletion to go on with: conversations first, then in the order of acceptance. */
  next(): PendingDeletion | undefined
  /** Deleted users who had this id and of whom rows remain. */
  usersWithId(botKey: number, id: string): PendingDeletion[]

  /** Removes rows of a deleted conversation, at least one. True once none is left. */
  removeConversationRows(deletion: PendingDeletion, budget: SliceBudget): boolean

  membershipOf(userKey: number): FormerMembership | undefined
  removeMembership(userKey: number, conversationKey: number): void
  /** The next entries of a conversation in its order; empty at the end of what was accepted before the deletion. */
  entriesToSearch(deletion: PendingDeletion, after: Position): FoundEntry[]
  keepSearched(deletion: PendingDeletion, position: Position): void
  removeEntries(conversation: ConversationRecord, numbers: readonly number[]): void
  /** Removes rows that only the user could find. True once none is left. */
  removeUserRows(deletion: PendingDeletion, budget: SliceBudget): boolean

  finish(deletion: PendingDeletion): void
}
