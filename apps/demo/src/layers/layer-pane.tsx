import { useEffect, useRef, type ReactElement } from 'react'
import type { Layer } from './layers.ts'
import type { Pane } from './pane.ts'
import './tiny-chat.css'

export interface LayerPaneProps extends Omit<Pane, 'signal'> {
  layer: Layer
}

/** One of the chats, as it runs. */
export function LayerPane({ layer, server, visitor, id }: LayerPaneProps): ReactElement {
  const place = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const { current } = place
    if (!current) return
    const stop = new AbortController()
    const { signal } = stop
    // One of its own: what a former run still does goes nowhere.
    const root = document.createElement('div')
    root.className = 'tiny-chat h-full'
    current.replaceChildren(root)
    layer.mount(root, { server, visitor, id, signal }).catch((error: unknown) => {
      if (!signal.aborted) root.textContent = `It ended. ${String(error)}`
    })
    return () => {
      root.remove()
      // React does not like one of its roots to go while it draws another.
      queueMicrotask(() => stop.abort())
    }
  }, [layer, server, visitor, id])

  return <div ref={place} className="h-88 overflow-hidden" />
}
