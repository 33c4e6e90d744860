import { loadInspector } from '../inspector/load-inspector.ts'
import { loadLayers } from '../layers/load-layers.ts'
import { loadCarousel } from '../payloads/cards/load-carousel.ts'
import { loadMarkdown } from '../payloads/markdown/load-markdown.ts'
import { loadLightbox } from '../payloads/media/load-lightbox.ts'
import { loadDropdown } from '../payloads/options/load-dropdown.ts'
import { loadPeople } from '../people/load-people.ts'

const loads = [
  loadMarkdown,
  loadCarousel,
  loadDropdown,
  loadLightbox,
  loadPeople,
  loadInspector,
  loadLayers,
] as const

let isAsked = false

/** Fetches what is loaded on demand once the browser has nothing better to do: a page that goes offline has it then. */
export function preloadParts(): void {
  if (isAsked) return
  isAsked = true
  // Safari has no idle callback.
  const whenIdle = globalThis.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 1_000))
  whenIdle(() => {
    // What fails here is tried again where it is needed.
    void Promise.allSettled(loads.map((load) => load()))
  })
}
