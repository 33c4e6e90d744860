import { loadMarkdown } from './markdown/load-markdown.ts'
import { loadLightbox } from './media/load-lightbox.ts'
import { loadDropdown } from './options/load-dropdown.ts'

let isAsked = false

/** Fetches what is loaded on demand once the browser has nothing better to do: a page that goes offline has it then. */
export function preloadParts(): void {
  if (isAsked) return
  isAsked = true
  // Safari has no idle callback.
  const whenIdle = globalThis.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 1_000))
  whenIdle(() => {
    // What fails here is tried again where it is needed.
    void Promise.allSettled([loadMarkdown(), loadLightbox(), loadDropdown()])
  })
}
