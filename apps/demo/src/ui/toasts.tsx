import {
  createContext,
  lazy,
  Suspense,
  use,
  useState,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react'
import { ErrorBoundary } from './error-boundary.tsx'
import { loadToasts } from './load-toasts.ts'
import { PlainToasts } from './plain-toasts.tsx'
import { createToastQueue, type ToastQueue } from './toast-queue.ts'

/** Lets `useToast` show short texts at the edge of the page. Their code is loaded with the first one. */
export function ToastProvider({ children }: { children: ReactNode }): ReactElement {
  const [queue] = useState(createToastQueue)
  const isUsed = useSyncExternalStore(queue.subscribe, queue.isUsed)
  return (
    <ToastContext value={queue.add}>
      {children}
      {isUsed && (
        <ErrorBoundary resetKey={queue} fallback={<PlainToasts queue={queue} />}>
          <Suspense>
            <ToastRegion queue={queue} />
          </Suspense>
        </ErrorBoundary>
      )}
    </ToastContext>
  )
}

/** Returns a function that shows and announces a text: `toast('Copied.')`. Toasts with an action stay longer. */
export function useToast(): ToastQueue['add'] {
  return use(ToastContext)
}

const ToastContext = createContext<ToastQueue['add']>(() => {})
const ToastRegion = lazy(async () => ({ default: (await loadToasts()).ToastRegion }))
