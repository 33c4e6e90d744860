import { entryIsVisible, noPendingDeletions } from './deletion-conditions.ts'
import type { Row } from './record-rows.ts'

/** A number of entries, and the creation time of the oldest one. */
export interface EntryCount {
  /** Infinity if counting would take too long. */
  readonly count: number
  readonly oldestAt: number
}

/** Maximum number of rows of deleted users that a count skips. */
const maxSkippedRows = 1_000

/**
 * Counts entries up to a limit, without those of deleted users.
 *
 * @param entries - Selects `kind`, `user_row_id` and `created_at` of the entries, with the parameters ?1 and ?2. The
 * limit is ?3.
 */
export function countAfterQuery(entries: string): string {
  return `SELECT count(*) AS searched, count(*) FILTER (WHERE is_visible) AS count,
      min(created_at) FILTER (WHERE is_visible) AS oldest_at
    FROM (SELECT created_at, ${entryIsVisible('counted')} AS is_visible FROM
      (${entries} LIMIT ?3 + CASE WHEN ${noPendingDeletions} THEN 0 ELSE ${maxSkippedRows} END) counted)`
}

export function toEntryCount(row: Row | undefined, limit: number): EntryCount {
  const hasReachedLimit = Number(row?.['searched']) >= limit + maxSkippedRows
  return {
    count: hasReachedLimit ? Infinity : Number(row?.['count']),
    oldestAt: Number(row?.['oldest_at'] ?? 0),
  }
}
