import type { ChatError } from '@parley/core'
import type { Store } from '@parley/rx/session'

/** So long what was waited for is held after it came: until the component that waited has subscribed to it. */
const holdMs = 1_000

const done = new WeakSet()
const waits = new WeakMap<object, Promise<void>>()

export interface SuspenseOptions<Value> {
  isReady: (value: Value) => boolean
  /** What no retry can mend. */
  errorOf: (value: Value) => ChatError | undefined
  /** For what was over before anybody waited. Default: it is over still. */
  reconnectNow?: () => void
}

/**
 * Suspends the component until something is ready, once: what goes out of step later is shown as it is. While it waits it holds the
 * store, as the component cannot. An error is thrown as long as the store has it: an error boundary that is reset later waits anew.
 */
export function suspendUntilReady<Value>(
  subject: object,
  store: Store<Value>,
  wanted: SuspenseOptions<Value>,
): void {
  const pending = waits.get(subject)
  // oxlint-disable-next-line typescript/only-throw-error -- React waits for what is thrown
  if (pending) throw pending
  const value = store.get()
  const error = wanted.errorOf(value)
  if (error) {
    done.delete(subject)
    throw error
  }
  if (wanted.isReady(value)) done.add(subject)
  // oxlint-disable-next-line typescript/only-throw-error -- React waits for what is thrown
  if (!done.has(subject)) throw wait(subject, store, wanted)
}

function wait<Value>(
  subject: object,
  store: Store<Value>,
  { isReady, errorOf, reconnectNow }: SuspenseOptions<Value>,
): Promise<void> {
  const waiting = new Promise<void>((resolve) => {
    let isStarting = reconnectNow !== undefined
    let isOver = false
    function look(): void {
      const value = store.get()
      if (isOver || !(isReady(value) || (errorOf(value) && !isStarting))) return
      isOver = true
      if (isReady(value)) done.add(subject)
      resolve()
      setTimeout(() => stop(), holdMs)
    }
    const stop = store.subscribe(look)
    isStarting = false
    if (!isOver && errorOf(store.get())) reconnectNow?.()
  })
  waits.set(subject, waiting)
  void waiting.then(() => waits.delete(subject))
  return waiting
}
