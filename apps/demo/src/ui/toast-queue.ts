interface ToastAction {
  label: string
  onClick: () => void
}

export interface ToastContent {
  text: string
  action?: ToastAction | undefined
}

/** Returns how long a toast is shown. An action needs more time. */
export function getToastTimeoutMs({ action }: ToastContent): number {
  return action ? 12_000 : 6_000
}

/** Queues toasts until the region that shows them is loaded. */
export interface ToastQueue {
  add: (text: string, action?: ToastAction) => void
  /** Whether a toast was ever added. */
  isUsed: () => boolean
  /** Removes and returns the queued toasts. */
  takeAll: () => ToastContent[]
  subscribe: (listener: () => void) => () => void
}

export function createToastQueue(): ToastQueue {
  const listeners = new Set<() => void>()
  let queued: ToastContent[] = []
  let isUsed = false
  return {
    add(text, action) {
      queued.push({ text, action })
      isUsed = true
      for (const listener of listeners) listener()
    },
    isUsed: () => isUsed,
    takeAll() {
      const all = queued
      queued = []
      return all
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
