import type { LogEntry } from './records.ts'

/** An item of a user's log. */
export type UserLogItem =
  | { readonly type: 'entry'; readonly entry: LogEntry }
  /** The user left or was removed, or the conversation was deleted. */
  | {
      readonly type: 'membership_ended'
      readonly sequence: number
      readonly conversationRowId: number
      readonly conversationId: string
    }

interface UserLogPage {
  /** Oldest first. Contains the entries of each conversation since the user last joined it. */
  readonly items: UserLogItem[]
  /** The newest `sequence` of the storage when the page was read. */
  readonly sequence: number
}

/** The log as one user sees it: the entries of all their conversations, by `sequence` (INV-12). */
export interface UserLog {
  /** The newest `sequence` of the storage. Undefined if the user was deleted. */
  latestUserSequence(userRowId: number): Promise<number | undefined>
  /** The conversations that the user is a participant of. */
  conversationRowIds(userRowId: number): Promise<number[]>
  /** Undefined if the user was deleted. */
  readUserLog(userRowId: number, sequence: number, limit: number): Promise<UserLogPage | undefined>
  /**
   * Counts the items after a `sequence`, up to `limit`. `oldestAt` is the creation time of the first one. The count is
   * Infinity if some of the items may no longer be stored.
   */
  countUserLogAfter(
    userRowId: number,
    sequence: number,
    limit: number,
  ): Promise<{ count: number; oldestAt: number }>
}

export function itemSequence(item: UserLogItem): number {
  return item.type === 'entry' ? item.entry.sequence : item.sequence
}
