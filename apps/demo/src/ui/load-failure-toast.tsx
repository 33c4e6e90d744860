import { useEffect, type ReactNode } from 'react'
import { useToast } from './toasts.tsx'

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
