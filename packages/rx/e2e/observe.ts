import type { Observable } from 'rxjs'

export interface Observed<Value> {
  readonly latest: Value | undefined
  stop: () => void
}

/** Subscribes to an observable and records its latest value. */
export function observe<Value>(value$: Observable<Value>): Observed<Value> {
  let latest: Value | undefined
  const subscription = value$.subscribe((value) => (latest = value))
  return {
    get latest() {
      return latest
    },
    stop: () => subscription.unsubscribe(),
  }
}
