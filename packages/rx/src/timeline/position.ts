/** Where a message stands in its conversation: the server's time, and the id where two have the same. */
export interface Position {
  readonly createdAt: string
  readonly id: string
}

/** Before all messages. */
export const beginning: Position = { createdAt: '', id: '' }

export function compare(one: Position, other: Position): number {
  return order(one.createdAt, other.createdAt) || order(one.id, other.id)
}

/** The index in an ordered list at which a position stands, or would. The end is looked at first: most are new. */
export function placeOf<Item extends Position>(list: readonly Item[], position: Position): number
export function placeOf<Item>(
  list: readonly Item[],
  position: Position,
  positionOf: (item: Item) => Position | undefined,
): number
export function placeOf(
  list: readonly Position[],
  position: Position,
  positionOf = (item: Position): Position | undefined => item,
): number {
  let from = 0
  let to = list.length
  for (let middle = to - 1; from < to; middle = (from + to) >> 1) {
    const item = list[middle]
    const found = item && positionOf(item)
    if (found && compare(found, position) < 0) from = middle + 1
    else to = middle
  }
  return from
}

/** The item of an ordered list at a position. */
export function itemAt<Item extends Position>(list: readonly Item[], position: Position): Item | undefined {
  const item = list[placeOf(list, position)]
  return item?.id === position.id ? item : undefined
}

export function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
