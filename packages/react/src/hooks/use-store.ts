import type { Store } from '@parley/rx/session'
import { useSyncExternalStore } from 'react'

export function useStore<Value>({ subscribe, get, initial }: Store<Value>): Value {
  return useSyncExternalStore(subscribe, get, initial)
}
