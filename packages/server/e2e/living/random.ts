/** What a seed decides. */
export interface Random {
  /** A number between 0 and 1. */
  next: () => number
  chance: (share: number) => boolean
  pick: <T>(among: readonly [T, ...T[]]) => T
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
    chance: (share) => next() < share,
    pick: (among) => among[Math.floor(next() * among.length)] ?? among[0],
  }
}
