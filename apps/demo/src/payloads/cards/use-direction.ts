import { useSyncExternalStore } from 'react'

export type Direction = 'ltr' | 'rtl'

/** Returns the text direction of the page, and follows its changes. */
export function useDirection(): Direction {
  return useSyncExternalStore(subscribe, getDirection, () => 'ltr')
}

function getDirection(): Direction {
  return getComputedStyle(document.documentElement).direction === 'rtl' ? 'rtl' : 'ltr'
}

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange)
  observer.observe(document.documentElement, { attributeFilter: ['dir'] })
  return () => observer.disconnect()
}
