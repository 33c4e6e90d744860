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

/** The position of a message in its conversation: the server's time, then the id. */
export interface Position {
  readonly createdAt: string
  readonly id: string
}

/** Precedes all messages. */
export const startPosition: Position = { createdAt: '', id: '' }

export function comparePositions(a: Position, b: Position): number {
  return compareStrings(a.createdAt, b.createdAt) || compareStrings(a.id, b.id)
}

/**
 * The index of the first item at or after a position in an ordered list. The binary search starts at the end of the
 * list, as most messages are new.
 */
export function lowerBound<Item extends Position>(list: readonly Item[], position: Position): number
export function lowerBound<Item>(
  list: readonly Item[],
  position: Position,
  getPosition: (item: Item) => Position | undefined,
): number
export function lowerBound(
  list: readonly Position[],
  position: Position,
  getPosition = (item: Position): Position | undefined => item,
): number {
  let from = 0
  let to = list.length
  for (let middle = to - 1; from < to; middle = (from + to) >> 1) {
    const item = list[middle]
    const found = item && getPosition(item)
    if (found && comparePositions(found, position) < 0) from = middle + 1
    else to = middle
  }
  return from
}

/** The item of an ordered list at a position, if any. */
export function findAt<Item extends Position>(list: readonly Item[], position: Position): Item | undefined {
  const item = list[lowerBound(list, position)]
  return item?.id === position.id ? item : undefined
}

export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The list without the items that match. Returns the same list if no item matches. */
export function reject<Item>(list: readonly Item[], matches: (item: Item) => boolean): readonly Item[] {
  return list.some(matches) ? list.filter((item) => !matches(item)) : list
}
