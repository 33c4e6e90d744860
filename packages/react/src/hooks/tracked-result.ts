import type { Store } from '@parley/rx/session'

/**
 * Creates the store of one component. Its result tracks which properties are read; only changes of those create a new
 * result. Subscribes to each lazy store when its property is first read.
 */
export function createTrackedResult<State extends object, Lazy extends object, Actions extends object>(
  state: Store<State>,
  lazy: { readonly [Name in keyof Lazy]: Store<Lazy[Name]> },
  actions: Actions,
): Store<Readonly<State & Lazy> & Actions> {
  const readStores = new Set<Store<unknown>>()
  const subscribed = new Map<Store<unknown>, () => void>()
  let onChange: (() => void) | undefined

  function subscribeToReadStores(): void {
    for (const store of readStores) {
      if (!onChange || subscribed.has(store)) continue
      subscribed.set(store, store.subscribe(onChange))
      // The store may have changed since it was read.
      onChange()
    }
  }

  function createResult(from: 'initial' | 'get') {
    const values = new Map<() => unknown, unknown>()
    const result: object = { ...actions }
    function addProperty(name: string, store: Store<unknown>, getValue: () => unknown): void {
      Object.defineProperty(result, name, {
        enumerable: true,
        get() {
          if (!values.has(getValue)) values.set(getValue, getValue())
          // A child component or an event handler may read the property long after the component subscribed.
          if (!readStores.has(store)) queueMicrotask(subscribeToReadStores)
          readStores.add(store)
          return values.get(getValue)
        },
      })
    }
    for (const name of Object.keys(state.initial()) as (keyof State & string)[])
      addProperty(name, state, () => state[from]()[name])
    for (const name of Object.keys(lazy) as (keyof Lazy & string)[])
      addProperty(name, lazy[name], lazy[name][from])
    return { values, result: result as Readonly<State & Lazy> & Actions }
  }

  const initial = createResult('initial')
  let current = createResult('get')
  return {
    initial: () => initial.result,
    get() {
      for (const [getValue, value] of current.values) if (getValue() !== value) current = createResult('get')
      return current.result
    },
    subscribe(listener) {
      onChange = listener
      subscribeToReadStores()
      return () => {
        onChange = undefined
        for (const unsubscribe of subscribed.values()) unsubscribe()
        subscribed.clear()
      }
    },
  }
}
