import { useSyncExternalStore } from 'react'

/** Whether the page is visible, as opposed to in a background tab. */
export function useIsPageVisible(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      document.addEventListener('visibilitychange', onChange)
      return () => document.removeEventListener('visibilitychange', onChange)
    },
    () => !document.hidden,
  )
}
