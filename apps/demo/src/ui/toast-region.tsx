import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { useEffect, type ReactElement } from 'react'
import { iconButtonClass } from './button.tsx'
import type { ToastQueue } from './toasts.tsx'

export function ToastRegion({ queue }: { queue: ToastQueue }): ReactElement {
  return (
    <Toast.Provider>
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-3 bottom-24 z-50 mx-auto flex max-w-sm flex-col gap-2 outline-none">
          <Toasts queue={queue} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function Toasts({ queue }: { queue: ToastQueue }): ReactElement[] {
  const { toasts, add, close } = Toast.useToastManager()

  useEffect(() => {
    const showAll = (): void => {
      for (const { text, action, timeoutMs } of queue.takeAll()) {
        const id = add({
          description: text,
          timeout: timeoutMs,
          ...(action && {
            actionProps: {
              children: action.label,
              onClick: () => {
                close(id)
                action.onClick()
              },
            },
          }),
        })
      }
    }
    showAll()
    return queue.subscribe(showAll)
  }, [queue, add, close])

  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded-2xl bg-ink text-canvas shadow-xl transition-opacity data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0 forced-colors:border"
    >
      <Toast.Content className="flex items-center gap-2 py-1.5 ps-4 pe-1.5">
        <Toast.Description className="min-w-0 flex-1 text-sm wrap-anywhere" />
        <Toast.Action className="min-h-9 rounded-full px-3 text-sm font-semibold underline underline-offset-2 pointer-coarse:min-h-11" />
        <Toast.Close aria-label="Dismiss" className={`${iconButtonClass} text-canvas!`}>
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
