import type { Store } from '@parley/rx/session'

/** So long what was waited for is held after it came: until the component that waited has subscribed to it. */
const holdMs = 1_000

const done = new WeakSet()
const waits = new WeakMap<object, Promise<void>>()

/**
 * Suspends the component until something is ready, once: what goes out of step later is shown as it is. While it waits it holds the
 * store, as the component cannot.
 */
export function waitFor<Value>(
  subject: object,
  store: Store<Value>,
  isReady: (value: Value) => boolean,
): void {
  if (isReady(store.get())) done.add(subject)
  // React waits for what is thrown.
  // oxlint-disable-next-line typescript/only-throw-error
  if (!done.has(subject)) throw waits.get(subject) ?? wait(subject, store, isReady)
}

function wait<Value>(
  subject: object,
  store: Store<Value>,
  isReady: (value: Value) => boolean,
): Promise<void> {
  const waiting = new Promise<void>((resolve) => {
    const stop = store.subscribe(() => {
      if (!isReady(store.get())) return
      done.add(subject)
      resolve()
      setTimeout(() => stop(), holdMs)
    })
  })
  waits.set(subject, waiting)
  return waiting
}
