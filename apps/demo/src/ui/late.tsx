import { lazy, Suspense, type ComponentType, type ReactElement } from 'react'
import { Button } from './button.tsx'
import { FaultBoundary } from './fault-boundary.tsx'

/**
 * A part of the page that is loaded beside it: who comes to chat does not wait for it.
 *
 * @param isSeen - Whether there is anything to see of it, so that its absence is worth a word. Default: always.
 */
export function late<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  isSeen: (props: Props) => boolean = () => true,
): (props: Props) => ReactElement {
  const Part = lazy<ComponentType<Props>>(async () => ({ default: await load() }))
  return function Late(props: Props): ReactElement {
    return (
      <FaultBoundary of={Part} fallback={isSeen(props) && <NotLoaded />}>
        <Suspense>
          <Part {...props} />
        </Suspense>
      </FaultBoundary>
    )
  }
}

function NotLoaded(): ReactElement {
  return (
    <div
      role="alert"
      className="absolute inset-x-0 top-0 z-40 m-3 flex flex-wrap items-center gap-3 rounded-2xl bg-alert-wash px-4 py-2.5 text-sm text-alert ring-1 ring-alert/40"
    >
      <p className="min-w-0 flex-1">This part of the page could not be loaded.</p>
      <Button onClick={() => location.reload()}>Load the page again</Button>
    </div>
  )
}
