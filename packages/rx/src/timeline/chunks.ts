import { findAt, lowerBound, type Position } from './position.ts'

/**
 * An immutable ordered list in chunks. A new version shares all chunks except the changed one, so a change hardly
 * depends on the length of the list.
 */
export type Chunks<Item extends Position> = readonly (readonly Item[])[]

const maxChunkSize = 256

export function insertItem<Item extends Position>(chunks: Chunks<Item>, item: Item): Chunks<Item> {
  const chunkIndex = Math.max(0, Math.min(findChunkIndex(chunks, item), chunks.length - 1))
  const previous = chunks[chunkIndex] ?? []
  const chunk = previous.slice()
  const index = lowerBound(chunk, item)
  chunk.splice(index, 0, item)
  if (chunk.length <= maxChunkSize) return replace(chunks, chunkIndex, [chunk])
  // Most messages are added at either end. Splitting there, not in the middle, keeps the other chunks full.
  const splitIndex = index === 0 ? 1 : index === previous.length ? index : chunk.length >> 1
  return replace(chunks, chunkIndex, [chunk.slice(0, splitIndex), chunk.slice(splitIndex)])
}

export function removeItem<Item extends Position>(chunks: Chunks<Item>, item: Item): Chunks<Item> {
  const chunkIndex = findChunkIndex(chunks, item)
  const chunk = chunks[chunkIndex]?.filter((existing) => existing !== item) ?? []
  return replace(chunks, chunkIndex, chunk.length > 0 ? [chunk] : [])
}

export function hasItem<Item extends Position>(chunks: Chunks<Item>, item: Item): boolean {
  return findAt(chunks[findChunkIndex(chunks, item)] ?? [], item) === item
}

export function flatten<Item>(chunks: readonly (readonly Item[])[]): readonly Item[] {
  // `flat` takes 15 times as long.
  return ([] as Item[]).concat(...chunks)
}

/** The index of the chunk for a position; the number of chunks if the position follows all of them. */
function findChunkIndex(chunks: Chunks<Position>, position: Position): number {
  return lowerBound(chunks, position, (chunk) => chunk.at(-1))
}

function replace<Item extends Position>(
  chunks: Chunks<Item>,
  chunkIndex: number,
  replacements: Chunks<Item>,
): Chunks<Item> {
  return [...chunks.slice(0, chunkIndex), ...replacements, ...chunks.slice(chunkIndex + 1)]
}
