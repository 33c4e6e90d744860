import type { Row } from './rows.ts'

/** Whether there is more above what was there, and the same at its end. */
export function isPrepended(before: readonly Row[], after: readonly Row[]): boolean {
  return isGrownAbove(before, after) && keyOf(after.at(-1)) === keyOf(before.at(-1))
}

/**
 * What is to be shown first of a change: where a list has grown at both ends at once, only what came above. A virtual list keeps its
 * place through growth at one end at a time.
 */
export function firstStep(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  if (!isGrownAbove(before, after) || isPrepended(before, after)) return after
  const end = after.findLastIndex((row) => keyOf(row) === keyOf(before.at(-1))) + 1
  return end > before.length ? after.slice(0, end) : after
}

/** Whether there is more above what was there. */
export function isGrownAbove(before: readonly Row[], after: readonly Row[]): boolean {
  return before.length > 0 && after.length > before.length && keyOf(after[0]) !== keyOf(before[0])
}

function keyOf(row: Row | undefined): string | undefined {
  return row?.message.key
}
