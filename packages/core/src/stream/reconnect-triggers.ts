import type { ReconnectTrigger } from '../client/client.ts'

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
