import { encodePageToken, type ListName } from '../domain/page-token.ts'
import type { Page } from '../domain/queries.ts'

/** An item as JSON text, and its cursor in the list. */
export type JsonWithCursor = readonly [json: string, position: number]

/** Renders a page, with the token of the next one if there is more. */
export function pageJson(
  list: ListName,
  scope: number,
  { items, hasMore, nextCursor: end = items.at(-1)?.[1] }: Page<JsonWithCursor>,
): string {
  const next =
    hasMore && end !== undefined ? `{"nextToken":${JSON.stringify(encodePageToken(list, scope, end))}}` : '{}'
  return `{"${list}":[${items.map(([json]) => json).join(',')}],"meta":${next}}`
}
