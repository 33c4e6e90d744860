import { BehaviorSubject, type Observable } from 'rxjs'

/** A value that changes over time. */
export interface State<Value> {
  /** The latest value at once, then every change. */
  readonly value$: Observable<Value>
  /** The latest value, also while an earlier one is being emitted. */
  readonly value: Value
  next: (value: Value) => void
}

/**
 * Creates a state whose subscribers all see changes in the same order: if a subscriber changes it during an emission,
 * the new value is emitted afterwards. With a plain BehaviorSubject, later subscribers would receive the older value
 * last.
 */
export function createState<Value>(initial: Value): State<Value> {
  let latest = initial
  let isEmitting = false
  const value$ = new BehaviorSubject(initial)
  return {
    value$,
    get value() {
      return latest
    },
    next(value) {
      latest = value
      if (isEmitting) return
      isEmitting = true
      try {
        while (value$.value !== latest) value$.next(latest)
      } finally {
        isEmitting = false
      }
    },
  }
}
