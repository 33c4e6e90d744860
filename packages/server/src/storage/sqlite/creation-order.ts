/** Numbers for the order in which conversations were made: rising, up to 1024 in a millisecond. */
export interface CreationOrder {
  next(now: number): number
}

const perMillisecond = 1024

export function createCreationOrder(newest: number): CreationOrder {
  let last = newest
  return {
    next: (now) => {
      last = Math.max(now * perMillisecond, last + 1)
      return last
    },
  }
}
