import type { DatabaseSync } from 'node:sqlite'
import { takeRows, type RowLimits } from './bounded-rows.ts'
import {
  noConditions,
  noPendingDeletions,
  deletionConditions,
  type DeletionConditions,
} from './deletion-conditions.ts'

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
