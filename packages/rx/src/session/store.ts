import { audit, distinctUntilChanged, finalize, map, type Observable, of, share, tap, timer } from 'rxjs'

/** The latest value of an observable, as views read it: it is subscribed to as long as anybody listens. */
export interface Store<Value> {
  /** What there is before anything is known, as on a server. */
  initial: () => Value
  get: () => Value
  subscribe: (listener: () => void) => () => void
}

const now$ = of(undefined)

export interface StoreOptions<Value, Source = Value> {
  /** Says when a new value is shown. Default: at once. */
  frame$?: Observable<unknown>
  /** Which values are not remembered when nobody listens any more: who comes then begins anew. Default: none. */
  isOver?: (value: Value) => boolean
  /**
   * Computes the value from the source, at most once a frame: for values that are too expensive to build on every
   * change.
   */
  read?: (source: Source) => Value
}

/** A store that can be told to forget what it showed: for when nobody listens. */
export interface ForgetfulStore<Value> extends Store<Value> {
  forget: () => void
}

export function createStore<Value>(
  values$: Observable<Value>,
  initial: Value,
  options?: StoreOptions<Value>,
): ForgetfulStore<Value>
export function createStore<Value, Source>(
  source$: Observable<Source>,
  initial: Value,
  options: StoreOptions<Value, Source> & { read: (source: Source) => Value },
): ForgetfulStore<Value>
export function createStore<Value>(
  source$: Observable<Value>,
  initial: Value,
  { frame$ = now$, isOver: isForgotten, read = (value) => value }: StoreOptions<Value> = {},
): ForgetfulStore<Value> {
  let shown = initial
  let isStarting = false
  const shown$ = source$.pipe(
    // What is there already when somebody comes is for the first frame.
    audit(() => (isStarting ? now$ : frame$)),
    map(read),
    distinctUntilChanged(),
    tap((value) => (shown = value)),
    finalize(() => {
      if (isForgotten?.(shown)) forget()
    }),
    // React's StrictMode leaves, and comes back at once.
    share({ resetOnRefCountZero: () => timer(0) }),
  )

  function forget(): void {
    shown = initial
  }

  return {
    initial: () => initial,
    get: () => shown,
    forget,
    subscribe(listener) {
      isStarting = true
      try {
        const listening = shown$.subscribe(listener)
        return () => listening.unsubscribe()
      } finally {
        isStarting = false
      }
    },
  }
}

/** What is closed says nothing of the next attempt. */
export const isOver = ({ connection }: { connection: { state: string } }): boolean =>
  connection.state === 'closed'

/** One property of a store. */
export function select<Value, Name extends keyof Value>(
  { initial, get, subscribe }: Store<Value>,
  name: Name,
): Store<Value[Name]> {
  return { initial: () => initial()[name], get: () => get()[name], subscribe }
}
