/** What says that it is time to look again: the network is back, the page is seen again, or the app says so. */
export interface Wakes {
  wake: () => void
  /** Calls `handle` at each wake from now on, and at once if one came while nobody listened. Without one, nobody does. */
  listen: (handle?: () => void) => void
  stop: () => void
}

/** Listens where there is something to listen to: neither Node nor React Native have a window. */
export function listenForWakes(onWake: ((wake: () => void) => () => void) | undefined): Wakes {
  const { document } = globalThis as { document?: Document }
  let current: (() => void) | undefined
  let isWoken = false

  function wake(): void {
    isWoken = !current
    current?.()
  }
  const wakeIfVisible = () => document?.visibilityState === 'visible' && wake()

  // Not every runtime has them.
  globalThis.addEventListener?.('online', wake)
  document?.addEventListener('visibilitychange', wakeIfVisible)
  const stopSource = onWake?.(wake)

  return {
    wake,
    listen(handle) {
      current = handle
      if (handle && isWoken) wake()
    },
    stop() {
      globalThis.removeEventListener?.('online', wake)
      document?.removeEventListener('visibilitychange', wakeIfVisible)
      stopSource?.()
    },
  }
}
