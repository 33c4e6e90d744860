/** What a page or a part of the log may hold, of rows that may be as large as 1 MiB each. */
export interface RowLimits {
  readonly limit: number
  readonly maxBytes: number
}

export const defaultMaxBytes: number = 1024 * 1024
/** Of the log, for a stream that reads on when it was sent. */
export const replayBytes: number = 256 * 1024

/**
 * Takes rows until one would exceed a limit, and reads no further. The first row is taken whatever its size.
 *
 * @param rows - Read lazily, from `statement.iterate`, with at least one row more than `limit` where there is one.
 */
export function takeWithin<T>(
  rows: Iterable<T>,
  { limit, maxBytes }: RowLimits,
  bytesOf: (row: T) => number,
): { items: T[]; hasMore: boolean } {
  const items: T[] = []
  let bytes = 0
  for (const row of rows) {
    bytes += bytesOf(row)
    if (items.length >= limit || (bytes > maxBytes && items.length > 0)) return { items, hasMore: true }
    items.push(row)
  }
  return { items, hasMore: false }
}
