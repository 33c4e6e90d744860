/** Generates rising numbers that order conversations by creation, up to 1,024 per millisecond. */
export interface CreationOrder {
  next(now: number): number
}

const perMillisecond = 1024

export function createCreationOrder(latest: number): CreationOrder {
  let last = latest
  return {
    next: (now) => {
      last = Math.max(now * perMillisecond, last + 1)
      return last
    },
  }
}
