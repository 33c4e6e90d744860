/** A server's clock that stands still: what is sent from now on counts as recent, however slow the machine is. */
export function stoppedClock(): () => number {
  const start = Date.now()
  return () => start
}
