/** A clock that never advances: on slow machines too, the server treats every message of the test as recent. */
export function createFrozenClock(): () => number {
  const start = Date.now()
  return () => start
}
