import { entryIsVisible, noPendingDeletions } from './deletions-table.ts'
import type { Row } from './record-rows.ts'

/** The number of missed entries, and the time of the oldest one. */
export interface EntryCount {
  /** Infinity if counting would take too long. */
  readonly count: number
  readonly oldestAt: number
}

/** Maximum number of rows of deleted users that one count skips. */
const maxSkippedRows = 1_000

/**
 * Counts entries up to a limit, without those of deleted users.
 *
 * @param entries - Selects `kind`, `user_key` and `created_at` of missed entries, with the parameters ?1 and ?2. ?3 is
 * the limit.
 */
export function countAfterQuery(entries: string): string {
  return `SELECT count(*) AS searched, count(*) FILTER (WHERE is_there) AS count,
      min(created_at) FILTER (WHERE is_there) AS oldest_at
    FROM (SELECT created_at, ${entryIsVisible('missed')} AS is_there FROM
      (${entries} LIMIT ?3 + CASE WHEN ${noPendingDeletions} THEN 0 ELSE ${maxSkippedRows} END) missed)`
}

export function toEntryCount(row: Row | undefined, limit: number): EntryCount {
  const isPassed = Number(row?.['searchedUpTo']) >= limit + maxSkippedRows
  return { count: isPassed ? Infinity : Number(row?.['count']), oldestAt: Number(row?.['oldest_at'] ?? 0) }
}
