import { lazy, Suspense, useState, type ComponentType, type ReactElement } from 'react'
import { Button } from './button.tsx'
import { ErrorBoundary } from './error-boundary.tsx'

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
      <ErrorBoundary resetKey={Part} fallback={isShown && <LoadError />}>
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
