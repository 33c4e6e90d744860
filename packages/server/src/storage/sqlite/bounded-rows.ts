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
