import type { ChatError } from '@parley/core'
import type { Store } from '../state/store.ts'

/** Keeps the store subscribed after it is ready, until the resumed component has subscribed. */
const keepSubscribedMs = 1_000

const completed = new WeakSet()
const pendingPromises = new WeakMap<object, Promise<void>>()

export interface SuspenseOptions<Value> {
  isReady: (value: Value) => boolean
  /** Returns the permanent error of a value. */
  getError: (value: Value) => ChatError | undefined
  /** Retries a store that had failed before this component suspended. Default: such a store stays failed. */
  reconnectNow?: () => void
}

/**
 * Suspends the component until the store is ready, once until the store is reset: a switch of the current conversation
 * does not suspend it again.
 *
 * Subscribes to the store meanwhile, because a suspended component cannot. Throws the store's error; if the error
 * boundary is reset afterwards, suspends again.
 */
export function suspendUntilReady<Value>(store: Store<Value>, options: SuspenseOptions<Value>): void {
  const pending = pendingPromises.get(store)
  // oxlint-disable-next-line typescript/only-throw-error -- React suspends on a thrown promise
  if (pending) throw pending
  const value = store.get()
  const error = options.getError(value)
  if (error) {
    completed.delete(store)
    throw error
  }
  if (options.isReady(value)) completed.add(store)
  else if (value === store.initial()) completed.delete(store)
  // oxlint-disable-next-line typescript/only-throw-error -- React suspends on a thrown promise
  if (!completed.has(store)) throw waitUntilReady(store, options)
}

function waitUntilReady<Value>(
  store: Store<Value>,
  { isReady, getError, reconnectNow }: SuspenseOptions<Value>,
): Promise<void> {
  const promise = new Promise<void>((resolve) => {
    let isStarting = reconnectNow !== undefined
    let isSettled = false
    function check(): void {
      const value = store.get()
      if (isSettled || !(isReady(value) || (getError(value) && !isStarting))) return
      isSettled = true
      if (isReady(value)) completed.add(store)
      resolve()
      setTimeout(() => unsubscribe(), keepSubscribedMs)
    }
    const unsubscribe = store.subscribe(check)
    isStarting = false
    if (!isSettled && getError(store.get())) reconnectNow?.()
  })
  pendingPromises.set(store, promise)
  void promise.then(() => pendingPromises.delete(store))
  return promise
}
