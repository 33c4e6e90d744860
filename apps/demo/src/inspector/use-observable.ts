import { useEffect, useState } from 'react'
import type { Observable } from 'rxjs'

/** Returns the latest value of an observable, which must be the same object in each render. */
export function useObservable<T>(values$: Observable<T>, initial: T): T {
  const [latest, setLatest] = useState(initial)
  useEffect(() => {
    const subscription = values$.subscribe((value) => setLatest(() => value))
    return () => subscription.unsubscribe()
  }, [values$])
  return latest
}
