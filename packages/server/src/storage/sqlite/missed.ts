import { entryIsThere, nothingPending } from './deletions-table.ts'
import type { Row } from './rows.ts'

/** How much was missed, and when the oldest of it was accepted. */
export interface Missed {
  /** Infinity where the storage cannot say, for it would have to search too much. */
  readonly count: number
  readonly oldestAt: number
}

/** Most rows of deleted users that are passed over for one answer. */
const passedOver = 1_000

/**
 * Counts entries to a limit, without those of deleted users.
 *
 * @param entries - Selects `kind`, `user_key` and `created_at` of what was missed, by the parameters ?1 and ?2. ?3 is
 * the limit.
 */
export function missedQuery(entries: string): string {
  return `SELECT count(*) AS searched, count(*) FILTER (WHERE is_there) AS count,
      min(created_at) FILTER (WHERE is_there) AS oldest_at
    FROM (SELECT created_at, ${entryIsThere('missed')} AS is_there FROM
      (${entries} LIMIT ?3 + CASE WHEN ${nothingPending} THEN 0 ELSE ${passedOver} END) missed)`
}

export function missedOf(row: Row | undefined, limit: number): Missed {
  const isPassed = Number(row?.['searched']) >= limit + passedOver
  return { count: isPassed ? Infinity : Number(row?.['count']), oldestAt: Number(row?.['oldest_at'] ?? 0) }
}
