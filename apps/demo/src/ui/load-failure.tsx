import { useEffect, type ReactNode } from 'react'
import { useToast } from './toasts.tsx'

/**
 * Says, once, that a part of the page could not be loaded. Browsers keep the failure of an `import()`, so a reload of the
 * page is what helps.
 */
export function LoadFailure(): ReactNode {
  const toast = useToast()
  useEffect(() => {
    toast('This part of the page could not be loaded.', { label: 'Reload', onClick: () => location.reload() })
  }, [toast])
  return null
}
