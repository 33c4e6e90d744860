import { useSyncExternalStore } from 'react'
import { loadInspector } from '../inspector/load-inspector.ts'
import { loadLayers } from '../layers/load-layers.ts'
import { loadCarousel } from '../payloads/cards/load-carousel.ts'
import { loadMarkdown } from '../payloads/markdown/load-markdown.ts'
import { loadLightbox } from '../payloads/media/load-lightbox.ts'
import { loadDropdown } from '../payloads/options/load-dropdown.ts'
import { loadPeople } from '../people/load-people.ts'
import { loadMenu } from '../ui/load-menu.ts'
import { loadToasts } from '../ui/load-toasts.ts'
import { loadTooltips } from '../ui/load-tooltips.ts'

/** In the order in which users need them. */
const loads = [
  loadMarkdown,
  loadMenu,
  loadToasts,
  loadDropdown,
  loadCarousel,
  loadPeople,
  loadLightbox,
  loadInspector,
  loadLayers,
  () => import('../settings/settings-dialog.tsx'),
  () => import('../people/profile-dialog.tsx'),
  () => import('../people/delete-user-dialog.tsx'),
  () => import('../ui/confirm-dialog.tsx'),
  () => import('./leave-or-delete-dialog.tsx'),
] as const

let hasStarted = false
let hasTooltips = false
const listeners = new Set<() => void>()

/**
 * Preloads the parts that are loaded on demand, one at a time, while the browser is idle. This does not delay the first
 * screen, and makes the parts available offline.
 */
export function preloadParts(): void {
  if (hasStarted) return
  hasStarted = true
  // Safari has no idle callback.
  const whenIdle = globalThis.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 1_000))
  whenIdle(() => void loadAll())
}

/** Whether the tooltips are loaded. They are loaded last, as the page works without them. */
export function useHasTooltips(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => hasTooltips,
  )
}

async function loadAll(): Promise<void> {
  for (const load of loads) {
    try {
      await load()
    } catch {
      // The part is loaded again when it is needed.
    }
  }
  try {
    await loadTooltips()
  } catch {
    return
  }
  hasTooltips = true
  for (const listener of listeners) listener()
}
