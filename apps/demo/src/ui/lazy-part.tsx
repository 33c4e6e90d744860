import {
  lazy,
  Suspense,
  useEffect,
  useRef,
  useState,
  type ComponentType,
  type ReactElement,
  type ReactNode,
} from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { Button } from './button.tsx'
import { useToast } from './toasts.tsx'

/**
 * Creates a component whose code is loaded on demand, so that the chat does not wait for it.
 *
 * @param isVisible - Whether the part is visible. It is loaded when this first becomes true, and then stays mounted, so
 * that it can fade out. Default: true.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  isVisible: (props: Props) => boolean = () => true,
): (props: Props) => ReactElement | null {
  const Part = lazy<ComponentType<Props>>(async () => ({ default: await load() }))
  return function LazyPart(props: Props): ReactElement | null {
    const isShown = isVisible(props)
    const [isRequested, setIsRequested] = useState(isShown)
    if (isShown && !isRequested) setIsRequested(true)
    if (!isRequested) return null
    return (
      <ErrorBoundary resetKeys={[Part]} fallback={isShown && <LoadError />}>
        <Suspense>
          <Part {...props} />
        </Suspense>
      </ErrorBoundary>
    )
  }
}

function LoadError(): ReactElement {
  return (
    <div
      role="alert"
      className="absolute inset-x-0 top-0 z-40 m-3 flex flex-wrap items-center gap-3 rounded-2xl bg-alert-subtle px-4 py-2.5 text-sm text-alert ring-1 ring-alert/40"
    >
      <p className="min-w-0 flex-1">This part of the page could not be loaded.</p>
      <Button onClick={() => location.reload()}>Reload</Button>
    </div>
  )
}

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

/**
 * Shows a toast when a part of the page could not be loaded. Browsers cache a failed `import()`, so only a reload
 * helps.
 */
export function LoadFailureToast(): ReactNode {
  const toast = useToast()
  useEffect(() => {
    toast('This part of the page could not be loaded.', { label: 'Reload', onClick: () => location.reload() })
  }, [toast])
  return null
}
