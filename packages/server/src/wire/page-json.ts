import { encodePageToken, type ListName } from '../domain/page-token.ts'
import type { Slice } from '../domain/reads.ts'

/** An item as JSON text, and its position in the list's order. */
export type PlacedJson = readonly [json: string, position: number]

/** Writes a page of what was read for a slice: its last item, if it is there, says that another page follows. */
export function pageJson(
  list: ListName,
  scope: number,
  { items, slice }: { items: readonly PlacedJson[]; slice: Slice },
): string {
  const shown = items.slice(0, slice.limit - 1)
  const last = shown.at(-1)
  const next =
    items.length === slice.limit && last
      ? `{"nextToken":${JSON.stringify(encodePageToken(list, scope, last[1]))}}`
      : '{}'
  return `{"${list}":[${shown.map(([json]) => json).join(',')}],"meta":${next}}`
}
