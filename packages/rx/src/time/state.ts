import { BehaviorSubject, type Observable, scan, Subject } from 'rxjs'

/** A value that changes over time. */
export interface State<Value> {
  /** The latest value at once, then every change. */
  readonly value$: Observable<Value>
  /** The latest value, also while an earlier one is being emitted. */
  readonly value: Value
  next: (value: Value) => void
}

/** A state that changes only by actions. */
export interface ReducedState<Value, Action> extends Omit<State<Value>, 'next'> {
  dispatch: (action: Action) => void
}

/** Creates a state that is set directly. */
export function createState<Value>(initial: Value): State<Value> {
  const state = createReducedState((_: Value, next: Value) => next, initial)
  return Object.assign(state, { next: state.dispatch })
}

/**
 * Creates a state that folds actions with a pure reducer. All subscribers see changes in the same order: if a
 * subscriber dispatches an action during an emission, `value` changes at once, and the new value is emitted afterwards.
 * With `scan` alone, later subscribers would receive the older value last; `queueScheduler` would also delay the
 * emissions of unrelated states.
 */
export function createReducedState<Value, Action>(
  reduce: (value: Value, action: Action) => Value,
  initial: Value,
): ReducedState<Value, Action> {
  const actions$ = new Subject<Action>()
  const value$ = new BehaviorSubject(initial)
  let latest = initial
  let isEmitting = false

  actions$.pipe(scan(reduce, initial)).subscribe((value) => {
    latest = value
    if (isEmitting) return
    isEmitting = true
    try {
      while (value$.value !== latest) value$.next(latest)
    } finally {
      isEmitting = false
    }
  })
  return {
    value$,
    get value() {
      return latest
    },
    dispatch: (action) => actions$.next(action),
  }
}
