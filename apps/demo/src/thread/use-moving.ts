import { useCallback, useEffect, useRef, useState } from 'react'

/** So long after the last movement it is still, also in browsers that do not say so. */
const stillAfterMs = 1_000

export interface Moving {
  isMoving: boolean
  onMove: () => void
  onStill: () => void
}

/** Whether something is being scrolled just now. */
export function useMoving(): Moving {
  const [isMoving, setIsMoving] = useState(false)
  const timer = useRef<number>(undefined)

  const onStill = useCallback(() => {
    clearTimeout(timer.current)
    setIsMoving(false)
  }, [])
  const onMove = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = window.setTimeout(onStill, stillAfterMs)
    setIsMoving(true)
  }, [onStill])
  useEffect(() => () => clearTimeout(timer.current), [])
  return { isMoving, onMove, onStill }
}
