import { useSyncExternalStore } from 'react'
import { loadCarousel } from '../payloads/cards/cards-payload.tsx'
import { loadMarkdown } from '../payloads/markdown/markdown-payload.tsx'
import { loadLightbox } from '../payloads/media/image-payload.tsx'
import { loadDropdown } from '../payloads/options/dropdown-payload.tsx'
import { loadMenu } from '../ui/menu.tsx'
import { loadToasts } from '../ui/toasts.tsx'

export const loadInspector = async () => (await import('../inspector/inspector-panel.tsx')).InspectorPanel
export const loadLayers = async () => (await import('../layers/layers-page.tsx')).LayersPage
export const loadPeople = async () => (await import('../people/people-panel.tsx')).PeoplePanel
export const loadTooltips = async () => (await import('../ui/tooltip-layer.tsx')).TooltipLayer

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
  () => import('../ui/dialog.tsx'),
  () => import('../conversations/leave-or-delete-dialog.tsx'),
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
