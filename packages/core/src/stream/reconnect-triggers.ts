import type { ReconnectTrigger } from '../client/client.ts'

/**
 * Adds a trigger to `streamTriggers` and subscribes it to browser events, which Node and React Native do not have, and
 * to the app's source. Returns a function that unsubscribes from all but the browser events, which end with `signal`.
 */
export function subscribeToTriggers(
  streamTriggers: Set<ReconnectTrigger>,
  onReconnectTrigger: ((reconnect: () => void) => () => void) | undefined,
  trigger: ReconnectTrigger,
  signal: AbortSignal,
): () => void {
  const { document } = globalThis as { document?: Document }
  const reconnect = (): void => trigger()
  const loseConnection = (): void => trigger(Infinity)
  const reconnectIfVisible = () => document?.visibilityState === 'visible' && reconnect()

  globalThis.addEventListener?.('online', reconnect, { signal })
  globalThis.addEventListener?.('offline', loseConnection, { signal })
  document?.addEventListener('visibilitychange', reconnectIfVisible, { signal })
  const unsubscribe = onReconnectTrigger?.(reconnect)
  streamTriggers.add(trigger)

  return () => {
    streamTriggers.delete(trigger)
    unsubscribe?.()
  }
}
