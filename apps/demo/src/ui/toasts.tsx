import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { useCallback, type ReactElement, type ReactNode } from 'react'
import { iconButtonShape } from './icon-button.tsx'

/** Lets `useToast` show a word or two at the edge of the page. */
export function ToastProvider({ children }: { children: ReactNode }): ReactElement {
  return (
    <Toast.Provider timeout={6_000}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-3 bottom-24 z-50 mx-auto flex max-w-sm flex-col gap-2 outline-none">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

/** Shows a word or two for a while, and reads them out: `toast('Copied.')`. */
export function useToast(): (text: string) => void {
  const { add } = Toast.useToastManager()
  return useCallback((text) => void add({ description: text }), [add])
}

function Toasts(): ReactElement[] {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded-2xl bg-ink text-canvas shadow-xl transition-opacity data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0 forced-colors:border"
    >
      <Toast.Content className="flex items-center gap-2 py-1.5 ps-4 pe-1.5">
        <Toast.Description className="min-w-0 flex-1 text-sm wrap-anywhere" />
        <Toast.Close aria-label="Dismiss" className={`${iconButtonShape} text-canvas!`}>
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
