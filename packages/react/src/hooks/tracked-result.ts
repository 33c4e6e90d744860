import type { Store } from '@parley/rx/session'

/**
 * What one component sees of a state, and of what is asked for only where it is read: a result whose properties are read lazily, and
 * another one once something changes that was read.
 */
export function createTrackedResult<State extends object, Lazy extends object, Actions extends object>(
  state: Store<State>,
  lazy: { readonly [Name in keyof Lazy]: Store<Lazy[Name]> },
  actions: Actions,
): Store<Readonly<State & Lazy> & Actions> {
  /** What has been read, and is therefore listened to. */
  const read = new Set<Store<unknown>>()
  const stops = new Map<Store<unknown>, () => void>()
  let onChange: (() => void) | undefined

  function listen(): void {
    for (const store of read) {
      if (!onChange || stops.has(store)) continue
      stops.set(store, store.subscribe(onChange))
      // It may have changed since it was read.
      onChange()
    }
  }

  function show(from: 'initial' | 'get') {
    const seen = new Map<() => unknown, unknown>()
    const result: object = { ...actions }
    function add(name: string, store: Store<unknown>, valueOf: () => unknown): void {
      Object.defineProperty(result, name, {
        enumerable: true,
        get() {
          if (!seen.has(valueOf)) seen.set(valueOf, valueOf())
          // A child may read it that was given the result, or a handler, long after the component began to listen.
          if (!read.has(store)) queueMicrotask(listen)
          read.add(store)
          return seen.get(valueOf)
        },
      })
    }
    for (const name of Object.keys(state.initial()) as (keyof State & string)[])
      add(name, state, () => state[from]()[name])
    for (const name of Object.keys(lazy) as (keyof Lazy & string)[]) add(name, lazy[name], lazy[name][from])
    return { seen, result: result as Readonly<State & Lazy> & Actions }
  }

  const initial = show('initial')
  let current = show('get')
  return {
    initial: () => initial.result,
    get() {
      for (const [valueOf, value] of current.seen) if (valueOf() !== value) current = show('get')
      return current.result
    },
    subscribe(listener) {
      onChange = listener
      listen()
      return () => {
        onChange = undefined
        for (const stop of stops.values()) stop()
        stops.clear()
      }
    },
  }
}
