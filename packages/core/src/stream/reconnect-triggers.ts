/**
 * Fires when a reconnect may succeed or a connection may be lost: the network is back, the page is visible again, a
 * request succeeded, or the app asks for it. With `silentSince` (milliseconds since 1970), connections that received
 * nothing since then count as lost, because requests got no response or the network is gone. 0 affects only streams
 * that are waiting to reconnect: a request succeeded.
 */
export type ReconnectTrigger = (silentSince?: number) => void

/**
 * Adds a trigger to `streamTriggers` and subscribes it to browser events, which Node and React Native do not have, and
 * to the app's source. Returns a function that unsubscribes.
 */
export function subscribeToTriggers(
  streamTriggers: Set<ReconnectTrigger>,
  onReconnectTrigger: ((reconnect: () => void) => () => void) | undefined,
  trigger: ReconnectTrigger,
): () => void {
  const { document } = globalThis as { document?: Document }
  const reconnect = (): void => trigger()
  const loseConnection = (): void => trigger(Infinity)
  const reconnectIfVisible = () => document?.visibilityState === 'visible' && reconnect()

  globalThis.addEventListener?.('online', reconnect)
  globalThis.addEventListener?.('offline', loseConnection)
  document?.addEventListener('visibilitychange', reconnectIfVisible)
  const unsubscribe = onReconnectTrigger?.(reconnect)
  streamTriggers.add(trigger)

  return () => {
    streamTriggers.delete(trigger)
    globalThis.removeEventListener?.('online', reconnect)
    globalThis.removeEventListener?.('offline', loseConnection)
    document?.removeEventListener('visibilitychange', reconnectIfVisible)
    unsubscribe?.()
  }
}
