import type { LogEntry } from './records.ts'

/** Something in the log of all conversations that a user takes part in. */
export type UserLogItem =
  | { readonly type: 'entry'; readonly entry: LogEntry }
  /** The user takes part in it no longer, or it was deleted. */
  | {
      readonly type: 'departure'
      readonly sequence: number
      readonly conversationRowId: number
      readonly conversationId: string
    }

interface UserLogPage {
  /** Oldest first. Of each conversation what was accepted since the user joined it last. */
  readonly items: UserLogItem[]
  /** The newest place in the order of acceptance when the page was read. */
  readonly sequence: number
}

/** The log as one user may see it: all conversations that they take part in, in the order of acceptance. */
export interface UserLog {
  /** The newest position in the order of acceptance. Undefined once the user is deleted. */
  latestUserSequence(userRowId: number): Promise<number | undefined>
  /** The conversations of the user. */
  conversationRowIds(userRowId: number): Promise<number[]>
  /** Undefined once the user is deleted. */
  readUserLog(userRowId: number, sequence: number, limit: number): Promise<UserLogPage | undefined>
  /**
   * How many items stand after a place in the order, and when the oldest of them was accepted. Counts to `limit` and no further;
   * Infinity where so much was missed that the storage has not kept it all.
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
