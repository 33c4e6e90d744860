interface ToastAction {
  label: string
  onClick: () => void
}

export interface ToastText {
  text: string
  action?: ToastAction | undefined
}

/** How long a toast is shown: longer with an action, which needs a decision. */
export function toastTimeoutMs({ action }: ToastText): number {
  return action ? 12_000 : 6_000
}

/** Queues toasts until the region that shows them is loaded. */
export interface ToastQueue {
  add: (text: string, action?: ToastAction) => void
  /** Whether there has been a toast. */
  isUsed: () => boolean
  /** Removes and returns the queued toasts. */
  takeAll: () => ToastText[]
  subscribe: (listener: () => void) => () => void
}

export function createToastQueue(): ToastQueue {
  const listeners = new Set<() => void>()
  let waiting: ToastText[] = []
  let isUsed = false
  return {
    add(text, action) {
      waiting.push({ text, action })
      isUsed = true
      for (const listener of listeners) listener()
    },
    isUsed: () => isUsed,
    takeAll() {
      const all = waiting
      waiting = []
      return all
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
