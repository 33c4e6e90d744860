/** The size limit of a page or a part of the log; a single row may have up to 1 MiB. */
export interface RowLimits {
  readonly limit: number
  readonly maxBytes: number
}

export const defaultMaxBytes: number = 1024 * 1024
/** The size limit of a part of the log for a stream, which reads the next part after it has been sent. */
export const maxReplayBytes: number = 256 * 1024

/**
 * Takes rows until the next one would exceed a limit, and stops reading. Always takes the first row.
 *
 * @param rows - Read lazily, from `statement.iterate`; at least one row more than `limit`, if it exists.
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
