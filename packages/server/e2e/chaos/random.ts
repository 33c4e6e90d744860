/** Random decisions, determined by a seed. */
export interface Random {
  /** A number from 0 to below 1. */
  next: () => number
  chance: (probability: number) => boolean
  pick: <T>(values: readonly [T, ...T[]]) => T
}

export function createRandom(seed: number): Random {
  let state = seed
  /** mulberry32 */
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  }
}
