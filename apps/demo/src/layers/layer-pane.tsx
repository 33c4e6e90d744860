import { useEffect, useRef, type ReactElement } from 'react'
import type { Layer } from './layers.ts'
import type { PaneOptions } from './pane-options.ts'
import './tiny-chat.css'

export interface LayerPaneProps extends Omit<PaneOptions, 'signal'> {
  layer: Layer
}

/** Runs one of the chats. */
export function LayerPane({ layer, server, auth, id }: LayerPaneProps): ReactElement {
  const container = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const { current } = container
    if (!current) return
    const controller = new AbortController()
    const { signal } = controller
    // A new element for each run, so that a previous run cannot write into this one.
    const root = document.createElement('div')
    root.className = 'tiny-chat h-full'
    current.replaceChildren(root)
    layer.mount(root, { server, auth, id, signal }).catch((error: unknown) => {
      if (!signal.aborted) root.textContent = `The chat has stopped. ${String(error)}`
    })
    return () => {
      root.remove()
      // React warns if one of its roots unmounts while it renders another.
      queueMicrotask(() => controller.abort())
    }
  }, [layer, server, auth, id])

  return <div ref={container} className="h-88 overflow-hidden" />
}
