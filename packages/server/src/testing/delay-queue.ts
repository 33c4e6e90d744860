/** The network conditions of all connections of a test server. */
export interface NetworkConditions {
  /** The delay of all output of the server. */
  delayMs: number
  /** `all`: the server reads and sends nothing. `output`: it processes requests, but sends nothing. */
  frozen: 'none' | 'output' | 'all'
}

/** One direction of a connection: runs actions in order, at once or when the conditions allow it. */
export interface DelayQueue {
  add(action: () => void, bytes?: number): void
  /** Call it after the conditions have changed. */
  flush(): void
  readonly hasPending: boolean
  /** The number of queued bytes. */
  readonly bytes: number
  clear(): void
}

export function createDelayQueue(
  conditions: () => { readonly isFrozen: boolean; readonly delayMs: number },
): DelayQueue {
  let queue: { readonly dueAt: number; readonly bytes: number; readonly action: () => void }[] = []
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    clearTimeout(timer)
    while (!conditions().isFrozen && queue[0] && queue[0].dueAt <= performance.now()) queue.shift()?.action()
    if (!conditions().isFrozen && queue[0])
      timer = setTimeout(flush, Math.max(0, queue[0].dueAt - performance.now()))
  }

  return {
    get hasPending() {
      return queue.length > 0
    },
    get bytes() {
      return queue.reduce((sum, { bytes }) => sum + bytes, 0)
    },
    add: (action, bytes = 0) => {
      const { isFrozen, delayMs } = conditions()
      if (queue.length === 0 && !isFrozen && delayMs === 0) {
        action()
        return
      }
      queue.push({ dueAt: performance.now() + delayMs, bytes, action })
      flush()
    },
    flush,
    clear: () => {
      clearTimeout(timer)
      queue = []
    },
  }
}
