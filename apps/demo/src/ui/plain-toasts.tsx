import { useEffect, useState, type ReactElement } from 'react'
import { getToastTimeoutMs, type ToastQueue, type ToastContent } from './toast-queue.ts'

/** Shows toasts without the toast library, on a page that went offline before it was loaded. */
export function PlainToasts({ queue }: { queue: ToastQueue }): ReactElement {
  const [toasts, setToasts] = useState<readonly ToastContent[]>([])

  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>()
    const showAll = (): void => {
      const added = queue.takeAll()
      setToasts((shown) => [...shown, ...added])
      for (const toast of added) {
        const remove = (): void => setToasts((shown) => shown.filter((item) => item !== toast))
        timers.add(setTimeout(remove, getToastTimeoutMs(toast)))
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
