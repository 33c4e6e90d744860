import { useMemo, useSyncExternalStore } from 'react'
import { routeOf, type Route } from './route.ts'

export function useRoute(): Route {
  const hash = useSyncExternalStore(listenToAddress, () => location.hash)
  return useMemo(() => routeOf(hash), [hash])
}

function listenToAddress(onChange: () => void): () => void {
  addEventListener('hashchange', onChange)
  return () => removeEventListener('hashchange', onChange)
}
