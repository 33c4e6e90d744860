import { filter, fromEvent, merge, type Observable, EMPTY } from 'rxjs'

/** Emits when the network is back, or the page is seen again. Neither Node nor React Native have such a thing. */
export function wakes(): Observable<unknown> {
  const { document, window } = globalThis as { document?: Document; window?: Window }
  if (!document || !window) return EMPTY
  return merge(
    fromEvent(window, 'online'),
    fromEvent(document, 'visibilitychange').pipe(filter(() => document.visibilityState === 'visible')),
  )
}
