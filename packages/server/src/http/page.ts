import { decodePageToken, encodePageToken, type ListName } from '../domain/page-token.ts'
import type { Slice } from '../domain/reads.ts'

const defaultLimit = 20

/** One more than the page holds is read, to know whether another follows. */
export function sliceOf(list: ListName, scope: number, query: { nextToken?: string; limit?: number }): Slice {
  const { nextToken, limit = defaultLimit } = query
  return { beyond: decodePageToken(list, scope, nextToken), limit: limit + 1 }
}

/** Writes a page from items as JSON text with their positions, of which there may be one more than the page holds. */
export function pageJson(
  list: ListName,
  scope: number,
  {
    items,
    limit = defaultLimit,
  }: { items: (readonly [json: string, position: number])[]; limit: number | undefined },
): string {
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  const next =
    items.length > limit && last
      ? `{"nextToken":${JSON.stringify(encodePageToken(list, scope, last[1]))}}`
      : '{}'
  return `{"${list}":[${shown.map(([json]) => json).join(',')}],"meta":${next}}`
}
