import { filter, fromEvent, merge, type Observable, EMPTY } from 'rxjs'

/** Emits when the network is back or the page becomes visible. Node and React Native have no such events. */
export function observeReconnectTriggers(): Observable<unknown> {
  const { document, window } = globalThis as { document?: Document; window?: Window }
  if (!document || !window) return EMPTY
  return merge(
    fromEvent(window, 'online'),
    fromEvent(document, 'visibilitychange').pipe(filter(() => document.visibilityState === 'visible')),
  )
}
