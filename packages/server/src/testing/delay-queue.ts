/** What befalls the bytes on every connection of a test server. */
export interface NetworkConditions {
  /** How much later everything that the server sends arrives. */
  delayMs: number
  /** `frozen`: nothing is taken in and nothing goes out; `mute`: the server takes in, and nothing of it is heard. */
  frozen: 'none' | 'mute' | 'frozen'
}

/** One direction of a connection: passes things on in their order, at once or when the weather allows it. */
export interface DelayQueue {
  add(action: () => void, bytes?: number): void
  /** To be called when the weather has changed. */
  flush(): void
  readonly hasPending: boolean
  /** How many bytes it holds back. */
  readonly bytes: number
  clear(): void
}

export function createDelayQueue(
  conditions: () => { readonly isShut: boolean; readonly delayMs: number },
): DelayQueue {
  let held: { readonly dueAt: number; readonly bytes: number; readonly action: () => void }[] = []
  let timer: NodeJS.Timeout | undefined

  const flow = (): void => {
    clearTimeout(timer)
    while (!conditions().isShut && held[0] && held[0].dueAt <= performance.now()) held.shift()?.action()
    if (!conditions().isShut && held[0])
      timer = setTimeout(flow, Math.max(0, held[0].dueAt - performance.now()))
  }

  return {
    get hasPending() {
      return held.length > 0
    },
    get bytes() {
      return held.reduce((sum, { bytes }) => sum + bytes, 0)
    },
    add: (action, bytes = 0) => {
      const { isShut, delayMs } = conditions()
      if (held.length === 0 && !isShut && delayMs === 0) {
        action()
        return
      }
      held.push({ dueAt: performance.now() + delayMs, bytes, action })
      flow()
    },
    flush: flow,
    clear: () => {
      clearTimeout(timer)
      held = []
    },
  }
}
