import type { Store } from './store.ts'

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
