import { useEffect, useRef, type RefObject } from 'react'

/** What a component was last shown with, for what outlives a render. */
export function useLatest<Value>(value: Value): RefObject<Value> {
  const latest = useRef(value)
  useEffect(() => {
    latest.current = value
  })
  return latest
}
