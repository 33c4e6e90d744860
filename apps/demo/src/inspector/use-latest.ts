import { useEffect, useState } from 'react'
import type { Observable } from 'rxjs'

/** The latest value of an observable that stays the same from render to render. */
export function useLatest<T>(values$: Observable<T>, initial: T): T {
  const [latest, setLatest] = useState(initial)
  useEffect(() => {
    const subscription = values$.subscribe((value) => setLatest(() => value))
    return () => subscription.unsubscribe()
  }, [values$])
  return latest
}
