import { useEffect, useState } from 'react'

/** Whether something has been true for some time. */
export function useDelayed(isTrue: boolean, ms: number): boolean {
  const [isOld, setIsOld] = useState(false)
  if (!isTrue && isOld) setIsOld(false)
  useEffect(() => {
    if (!isTrue) return undefined
    const timer = setTimeout(() => setIsOld(true), ms)
    return () => clearTimeout(timer)
  }, [isTrue, ms])
  return isOld
}
