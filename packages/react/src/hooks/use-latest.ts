import { useEffect, useRef, type RefObject } from 'react'

/** Returns a ref to the value of the last committed render, for callbacks that outlive a render. */
export function useLatest<Value>(value: Value): RefObject<Value> {
  const latest = useRef(value)
  useEffect(() => {
    latest.current = value
  })
  return latest
}
