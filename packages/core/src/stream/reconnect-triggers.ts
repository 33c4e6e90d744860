import type { ReconnectTrigger } from '../client/client.ts'

/**
 * Adds a trigger to `streamTriggers` and subscribes it to browser events, which Node and React Native do not have, and
 * to the app's source, until `signal` aborts.
 */
export function subscribeToTriggers(
  streamTriggers: Set<ReconnectTrigger>,
  onReconnectTrigger: ((reconnect: () => void) => () => void) | undefined,
  trigger: ReconnectTrigger,
  signal: AbortSignal,
): void {
  const { document } = globalThis as { document?: Document }
  const reconnect = (): void => trigger()
  const loseConnection = (): void => trigger(Infinity)
  const reconnectIfVisible = () => document?.visibilityState === 'visible' && trigger()

  // Not removed by an AbortSignal: in jsdom, the signal may be Node's, which the events of the page do not accept.
  const listeners = [
    [globalThis, 'online', reconnect],
    [globalThis, 'offline', loseConnection],
    [document, 'visibilitychange', reconnectIfVisible],
  ] as const
  for (const [target, type, listener] of listeners) target?.addEventListener?.(type, listener)
  const unsubscribe = onReconnectTrigger?.(reconnect)
  streamTriggers.add(trigger)

  signal.addEventListener('abort', () => {
    streamTriggers.delete(trigger)
    for (const [target, type, listener] of listeners) target?.removeEventListener?.(type, listener)
    unsubscribe?.()
  })
}
