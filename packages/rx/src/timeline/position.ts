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
