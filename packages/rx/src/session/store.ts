import { audit, distinctUntilChanged, type Observable, of, share, tap, timer } from 'rxjs'

/** The latest value of an observable, as views read it: it is subscribed to as long as anybody listens. */
export interface Store<Value> {
  /** What there is before anything is known, as on a server. */
  initial: () => Value
  get: () => Value
  subscribe: (listener: () => void) => () => void
}

const now$ = of(undefined)

/** @param frame$ - Says when a new value is shown. Default: at once. */
export function createStore<Value>(
  values$: Observable<Value>,
  initial: Value,
  frame$: Observable<unknown> = now$,
): Store<Value> {
  let shown = initial
  let isStarting = false
  const shown$ = values$.pipe(
    // What is there already when somebody comes is for the first frame.
    audit(() => (isStarting ? now$ : frame$)),
    distinctUntilChanged(),
    tap((value) => (shown = value)),
    // React's StrictMode leaves, and comes back at once.
    share({ resetOnRefCountZero: () => timer(0) }),
  )

  return {
    initial: () => initial,
    get: () => shown,
    subscribe(listener) {
      isStarting = true
      const listening = shown$.subscribe(listener)
      isStarting = false
      return () => listening.unsubscribe()
    },
  }
}

/** One property of a store. */
export function part<Value, Name extends keyof Value>(
  { initial, get, subscribe }: Store<Value>,
  name: Name,
): Store<Value[Name]> {
  return { initial: () => initial()[name], get: () => get()[name], subscribe }
}
