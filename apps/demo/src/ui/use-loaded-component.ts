import { useEffect, useRef, useState, type ComponentType } from 'react'

/**
 * Loads a component that replaces a plain one. Undefined until it is loaded, and if loading fails.
 *
 * A plain component that has had the focus is not replaced: that would move the focus to the page.
 */
export function useLoadedComponent<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): { Loaded: ComponentType<Props> | undefined; onPlainFocus: () => void } {
  const [Loaded, setLoaded] = useState<ComponentType<Props>>()
  const hadFocus = useRef(false)

  useEffect(() => {
    let isMounted = true
    const replace = (component: ComponentType<Props>): void => {
      if (isMounted && !hadFocus.current) setLoaded(() => component)
    }
    load().then(replace, () => {})
    return () => {
      isMounted = false
    }
  }, [load])

  const onPlainFocus = (): void => {
    hadFocus.current = true
  }
  return { Loaded, onPlainFocus }
}
