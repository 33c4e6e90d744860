import {
  createContext,
  lazy,
  Suspense,
  use,
  useEffect,
  useState,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react'
import { ErrorBoundary } from 'react-error-boundary'

/** Lets `useToast` show short texts at the edge of the page. Their code is loaded with the first one. */
export function ToastProvider({ children }: { children: ReactNode }): ReactElement {
  const [queue] = useState(createToastQueue)
  const isUsed = useSyncExternalStore(queue.subscribe, queue.isUsed)
  return (
    <ToastContext value={queue.add}>
      {children}
      {isUsed && (
        <ErrorBoundary resetKeys={[queue]} fallback={<PlainToasts queue={queue} />}>
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

interface ToastAction {
  label: string
  onClick: () => void
}

interface ToastContent {
  text: string
  action?: ToastAction | undefined
  /** How long it is shown. An action needs more time. */
  timeoutMs: number
}

/** Queues toasts until the region that shows them is loaded. */
export interface ToastQueue {
  add: (text: string, action?: ToastAction) => void
  /** Whether a toast was ever added. */
  isUsed: () => boolean
  /** Removes and returns the queued toasts. */
  takeAll: () => ToastContent[]
  subscribe: (listener: () => void) => () => void
}

function createToastQueue(): ToastQueue {
  const listeners = new Set<() => void>()
  let queued: ToastContent[] = []
  let isUsed = false
  return {
    add(text, action) {
      queued.push({ text, action, timeoutMs: action ? 12_000 : 6_000 })
      isUsed = true
      for (const listener of listeners) listener()
    },
    isUsed: () => isUsed,
    takeAll() {
      const all = queued
      queued = []
      return all
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Shows toasts without the toast library, on a page that went offline before it was loaded. */
function PlainToasts({ queue }: { queue: ToastQueue }): ReactElement {
  const [toasts, setToasts] = useState<readonly ToastContent[]>([])

  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>()
    const showAll = (): void => {
      const added = queue.takeAll()
      setToasts((shown) => [...shown, ...added])
      for (const toast of added) {
        const remove = (): void => setToasts((shown) => shown.filter((item) => item !== toast))
        timers.add(setTimeout(remove, toast.timeoutMs))
      }
    }
    showAll()
    const unsubscribe = queue.subscribe(showAll)
    return () => {
      unsubscribe()
      for (const timer of timers) clearTimeout(timer)
    }
  }, [queue])

  return (
    <div
      role="status"
      aria-label="Notifications"
      className="fixed inset-x-3 bottom-24 z-50 mx-auto flex max-w-sm flex-col gap-2"
    >
      {toasts.map((toast, index) => (
        <div
          key={index}
          className="flex items-center gap-2 rounded-2xl bg-ink py-1.5 ps-4 pe-1.5 text-canvas shadow-xl forced-colors:border"
        >
          <p className="min-h-9 min-w-0 flex-1 content-center text-sm wrap-anywhere">{toast.text}</p>
          {toast.action && (
            <button
              type="button"
              className="min-h-9 rounded-full px-3 text-sm font-semibold underline underline-offset-2 pointer-coarse:min-h-11"
              onClick={() => {
                setToasts((shown) => shown.filter((item) => item !== toast))
                toast.action?.onClick()
              }}
            >
              {toast.action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  )
}

export const loadToasts = () => import('./toast-region.tsx')
