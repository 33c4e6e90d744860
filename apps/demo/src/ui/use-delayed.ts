import { useEffect, useState } from 'react'

/** Returns true once `isTrue` has been true for `delayMs`. */
export function useDelayed(isTrue: boolean, delayMs: number): boolean {
  const [isDelayed, setIsDelayed] = useState(false)
  if (!isTrue && isDelayed) setIsDelayed(false)
  useEffect(() => {
    if (!isTrue) return undefined
    const timer = setTimeout(() => setIsDelayed(true), delayMs)
    return () => clearTimeout(timer)
  }, [isTrue, delayMs])
  return isDelayed
}
