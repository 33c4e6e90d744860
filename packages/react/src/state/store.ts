import { useSyncExternalStore } from 'react'
import { audit, distinctUntilChanged, finalize, map, type Observable, of, share, tap, timer } from 'rxjs'

/** The latest value of an observable, for views. The observable is subscribed to while the store has listeners. */
export interface Store<Value> {
  /** The value before anything is loaded, as during server rendering. */
  initial: () => Value
  get: () => Value
  subscribe: (listener: () => void) => () => void
}

const immediately$ = of(undefined)

export interface StoreOptions<Value, Source = Value> {
  /** Emits when the next value may be displayed. Default: at once. */
  frame$?: Observable<unknown>
  /** Whether a value is reset when the last listener leaves, so that the next one starts again. Default: never. */
  isTerminal?: (value: Value) => boolean
  /**
   * Computes the value from the source, at most once a frame: for values that are too expensive to build on every
   * change.
   */
  read?: (source: Source) => Value
}

export interface ResettableStore<Value> extends Store<Value> {
  /** Returns to the initial value. Call it only without listeners. */
  reset: () => void
}

export function createStore<Value>(
  values$: Observable<Value>,
  initial: Value,
  options?: StoreOptions<Value>,
): ResettableStore<Value>
export function createStore<Value, Source>(
  source$: Observable<Source>,
  initial: Value,
  options: StoreOptions<Value, Source> & { read: (source: Source) => Value },
): ResettableStore<Value>
export function createStore<Value>(
  source$: Observable<Value>,
  initial: Value,
  { frame$ = immediately$, isTerminal: isTerminalValue, read = (value) => value }: StoreOptions<Value> = {},
): ResettableStore<Value> {
  let latest = initial
  let isSubscribing = false
  const latest$ = source$.pipe(
    // Values that are replayed on subscription belong to the first frame.
    audit(() => (isSubscribing ? immediately$ : frame$)),
    map(read),
    distinctUntilChanged(),
    tap((value) => (latest = value)),
    finalize(() => {
      if (isTerminalValue?.(latest)) reset()
    }),
    // React's StrictMode unsubscribes and subscribes again at once.
    share({ resetOnRefCountZero: () => timer(0) }),
  )

  function reset(): void {
    latest = initial
  }

  return {
    initial: () => initial,
    get: () => latest,
    reset,
    subscribe(listener) {
      isSubscribing = true
      try {
        const subscription = latest$.subscribe(listener)
        return () => subscription.unsubscribe()
      } finally {
        isSubscribing = false
      }
    },
  }
}

/** A closed connection is not kept: the next subscription starts a new attempt. */
export const isTerminal = ({ connection }: { connection: { state: string } }): boolean =>
  connection.state === 'closed'

/** A store of one property of another store. */
export function select<Value, Name extends keyof Value>(
  { initial, get, subscribe }: Store<Value>,
  name: Name,
): Store<Value[Name]> {
  return { initial: () => initial()[name], get: () => get()[name], subscribe }
}

export function useStore<Value>({ subscribe, get, initial }: Store<Value>): Value {
  return useSyncExternalStore(subscribe, get, initial)
}

/**
 * Creates the store of one component, with some properties of a state and with actions. Its result tracks which
 * properties are read: only changes of those create a new result. Reading has no other effect.
 */
export function createTrackedResult<State extends object, Name extends keyof State, Actions extends object>(
  { initial, get, subscribe }: Store<State>,
  names: readonly Name[],
  actions: Actions,
): Store<Readonly<Pick<State, Name>> & Actions> {
  function createResult(getState: () => State) {
    const values = new Map<Name, State[Name]>()
    const result: object = { ...actions }
    for (const name of names)
      Object.defineProperty(result, name, {
        enumerable: true,
        get() {
          if (!values.has(name)) values.set(name, getState()[name])
          return values.get(name)
        },
      })
    return { values, result: result as Readonly<Pick<State, Name>> & Actions }
  }

  const first = createResult(initial)
  let current = createResult(get)
  return {
    initial: () => first.result,
    get() {
      const state = get()
      for (const [name, value] of current.values) if (state[name] !== value) current = createResult(get)
      return current.result
    },
    subscribe,
  }
}
