import { itemAt, placeOf, type Position } from './position.ts'

/**
 * An immutable ordered list in chunks. A new version shares all chunks except the changed one, so a change hardly
 * depends on the length of the list.
 */
export type Chunks<Item extends Position> = readonly (readonly Item[])[]

const maxChunkSize = 256

export function insertItem<Item extends Position>(chunks: Chunks<Item>, item: Item): Chunks<Item> {
  const at = Math.max(0, Math.min(chunkAt(chunks, item), chunks.length - 1))
  const former = chunks[at] ?? []
  const chunk = former.slice()
  const place = placeOf(chunk, item)
  chunk.splice(place, 0, item)
  if (chunk.length <= maxChunkSize) return replace(chunks, at, [chunk])
  // Messages mostly arrive at either end, so a full chunk is not split there.
  const cut = place === 0 ? 1 : place === former.length ? place : chunk.length >> 1
  return replace(chunks, at, [chunk.slice(0, cut), chunk.slice(cut)])
}

export function removeItem<Item extends Position>(chunks: Chunks<Item>, item: Item): Chunks<Item> {
  const at = chunkAt(chunks, item)
  const chunk = chunks[at]?.filter((each) => each !== item) ?? []
  return replace(chunks, at, chunk.length > 0 ? [chunk] : [])
}

export function hasItem<Item extends Position>(chunks: Chunks<Item>, item: Item): boolean {
  return itemAt(chunks[chunkAt(chunks, item)] ?? [], item) === item
}

export function flatten<Item>(chunks: readonly (readonly Item[])[]): readonly Item[] {
  // `flat` takes 15 times as long.
  return ([] as Item[]).concat(...chunks)
}

/** The index of the chunk for a position; the number of chunks if the position follows all of them. */
function chunkAt(chunks: Chunks<Position>, position: Position): number {
  return placeOf(chunks, position, (chunk) => chunk.at(-1))
}

function replace<Item extends Position>(
  chunks: Chunks<Item>,
  at: number,
  others: Chunks<Item>,
): Chunks<Item> {
  return [...chunks.slice(0, at), ...others, ...chunks.slice(at + 1)]
}
