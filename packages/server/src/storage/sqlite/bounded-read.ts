import type { DatabaseSync } from 'node:sqlite'
import {
  noConditions,
  noPendingDeletions,
  deletionConditions,
  type DeletionConditions,
  entryIsVisible,
} from './deletion-conditions.ts'
import type { Row } from './rows.ts'

/** A query for rows with texts of any length. */
export interface BoundedQuery<Row> {
  /**
   * Builds the statement. Its parameters are the values of the read, then the limit.
   *
   * @param parts.text - Selects a text column.
   * @param parts.deletions - Conditions that exclude deleted rows.
   */
  readonly sql: (parts: { text: (column: string) => string; deletions: DeletionConditions }) => string
  readonly valueCount: number
  readonly rowBytes: (row: Row) => number
  /** Whether a text of a row is `''`. Stored texts are never empty. */
  readonly hasEmptyText: (row: Row) => boolean
}

/** Reads rows within limits. Call it inside a read transaction. */
export type BoundedRead<Row> = (
  values: readonly number[],
  /** The maximum number of rows to select: one more than `limit` if the caller needs `hasMore`. */
  limits: RowLimits & { readonly rows: number },
) => { items: Row[]; hasMore: boolean }

/** Maximum size of all texts when all rows are read at once. */
const maxBytesAtOnce = 2 * 1024 * 1024
const textsPerRow = 2

/**
 * Prepares a query in two forms.
 *
 * Usually no deletion is pending and all texts are short: then a statement without conditions reads all rows at once,
 * which takes two thirds of the time. Otherwise rows are read one at a time, up to the limits.
 */
export function createBoundedRead<Row>(database: DatabaseSync, query: BoundedQuery<Row>): BoundedRead<Row> {
  const { sql, valueCount, rowBytes, hasEmptyText } = query
  const maxTextBytes = `?${valueCount + 2}`
  const canReadAtOnce = database.prepare(`SELECT 1 WHERE ${noPendingDeletions}`)
  const atOnce = database.prepare(
    sql({
      text: (column) => `iif(octet_length(${column}) > ${maxTextBytes}, '', ${column})`,
      deletions: noConditions,
    }),
  )
  const oneByOne = database.prepare(sql({ text: (column) => column, deletions: deletionConditions }))
  for (const statement of [canReadAtOnce, atOnce, oneByOne]) statement.setReturnArrays(true)

  const readAtOnce = (values: readonly number[], rows: number): Row[] | undefined => {
    if (!canReadAtOnce.get()) return undefined
    const found: unknown = atOnce.all(...values, rows, Math.floor(maxBytesAtOnce / textsPerRow / rows))
    return (found as Row[]).some(hasEmptyText) ? undefined : (found as Row[])
  }

  return (values, { rows, ...limits }) => {
    const found: Iterable<unknown> = readAtOnce(values, rows) ?? oneByOne.iterate(...values, rows)
    return takeRows(found as Iterable<Row>, limits, rowBytes)
  }
}

/** The limits of a page, or of a part of the log. A single row may have up to 1 MiB. */
export interface RowLimits {
  readonly limit: number
  readonly maxBytes: number
}

export const defaultMaxBytes: number = 1024 * 1024
/** Limit for a part of the log during replay. A stream reads the next part after this one is sent. */
export const maxReplayBytes: number = 256 * 1024

/**
 * Takes rows until the next one would exceed a limit, and stops reading. Always takes the first row.
 *
 * @param rows - Read lazily, as from `statement.iterate`. Must contain one row more than `limit`, if it exists.
 */
export function takeRows<T>(
  rows: Iterable<T>,
  { limit, maxBytes }: RowLimits,
  rowBytes: (row: T) => number,
): { items: T[]; hasMore: boolean } {
  const items: T[] = []
  let bytes = 0
  for (const row of rows) {
    bytes += rowBytes(row)
    if (items.length >= limit || (bytes > maxBytes && items.length > 0)) return { items, hasMore: true }
    items.push(row)
  }
  return { items, hasMore: false }
}

/** Runs several reads in one transaction, so that they see the same state of the database. */
export type Snapshot = <T>(read: () => T) => T

export function createSnapshot(database: DatabaseSync): Snapshot {
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')
  return (read) => {
    begin.run()
    try {
      return read()
    } finally {
      commit.run()
    }
  }
}

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
