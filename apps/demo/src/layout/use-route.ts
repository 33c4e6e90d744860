import { useMemo, useSyncExternalStore } from 'react'
import { parseRoute, type Route } from './route.ts'

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribeToHash, () => location.hash)
  return useMemo(() => parseRoute(hash), [hash])
}

function subscribeToHash(onChange: () => void): () => void {
  addEventListener('hashchange', onChange)
  return () => removeEventListener('hashchange', onChange)
}
