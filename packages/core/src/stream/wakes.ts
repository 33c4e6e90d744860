/**
 * Triggers a reconnect: the network is back, the page is visible again, a request succeeded, or the app asks for it.
 * With `doubtedSince` (milliseconds since 1970), a connection that was silent since then counts as lost, as requests
 * got no response or the network is gone. 0 wakes only streams that wait to reconnect: a request succeeded.
 */
export type Wake = (doubtedSince?: number) => void

export interface Wakes {
  /** Calls `handle` at each wake from now on, and at once if one came while nobody listened. Without one, nobody does. */
  listen: (handle?: Wake) => void
  stop: () => void
}

/** Listens where there is something to listen to: neither Node nor React Native have a window. */
export function listenForWakes(
  watchers: Set<Wake>,
  onReconnectTrigger: ((wake: () => void) => () => void) | undefined,
): Wakes {
  const { document } = globalThis as { document?: Document }
  let current: Wake | undefined
  let isWoken = false

  const tell: Wake = (doubtedSince) => {
    isWoken = !current && (isWoken || doubtedSince === undefined)
    current?.(doubtedSince)
  }
  const wake = (): void => tell()
  const doubt = (): void => tell(Infinity)
  const wakeIfVisible = () => document?.visibilityState === 'visible' && wake()

  // Not every runtime has them.
  globalThis.addEventListener?.('online', wake)
  globalThis.addEventListener?.('offline', doubt)
  document?.addEventListener('visibilitychange', wakeIfVisible)
  const stopSource = onReconnectTrigger?.(wake)
  watchers.add(tell)

  return {
    listen(handle) {
      current = handle
      if (handle && isWoken) wake()
    },
    stop() {
      watchers.delete(tell)
      globalThis.removeEventListener?.('online', wake)
      globalThis.removeEventListener?.('offline', doubt)
      document?.removeEventListener('visibilitychange', wakeIfVisible)
      stopSource?.()
    },
  }
}
