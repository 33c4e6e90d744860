/**
 * Fires when a reconnect may succeed or a connection may be lost: the network is back, the page is visible again, a
 * request succeeded, or the app asks for it. With `silentSince` (milliseconds since 1970), connections that received
 * nothing since then count as lost, because requests got no response or the network is gone. 0 affects only streams
 * that are waiting to reconnect: a request succeeded.
 */
export type ReconnectTrigger = (silentSince?: number) => void

export interface ReconnectTriggers {
  /**
   * Replaces the handler; without an argument, removes it. Calls it at once if a trigger fired while there was none.
   */
  setHandler: (handler?: ReconnectTrigger) => void
  stop: () => void
}

/** Adds a trigger to `streamTriggers` and subscribes to browser events. Node and React Native have no such events. */
export function createReconnectTriggers(
  streamTriggers: Set<ReconnectTrigger>,
  onReconnectTrigger: ((reconnect: () => void) => () => void) | undefined,
): ReconnectTriggers {
  const { document } = globalThis as { document?: Document }
  let current: ReconnectTrigger | undefined
  let isPending = false

  const fire: ReconnectTrigger = (silentSince) => {
    isPending = !current && (isPending || silentSince === undefined)
    current?.(silentSince)
  }
  const reconnect = (): void => fire()
  const loseConnection = (): void => fire(Infinity)
  const reconnectIfVisible = () => document?.visibilityState === 'visible' && reconnect()

  globalThis.addEventListener?.('online', reconnect)
  globalThis.addEventListener?.('offline', loseConnection)
  document?.addEventListener('visibilitychange', reconnectIfVisible)
  const unsubscribe = onReconnectTrigger?.(reconnect)
  streamTriggers.add(fire)

  return {
    setHandler(handler) {
      current = handler
      if (handler && isPending) reconnect()
    },
    stop() {
      streamTriggers.delete(fire)
      globalThis.removeEventListener?.('online', reconnect)
      globalThis.removeEventListener?.('offline', loseConnection)
      document?.removeEventListener('visibilitychange', reconnectIfVisible)
      unsubscribe?.()
    },
  }
}
