import { systemClock, type Clock } from '@parley/core'
import { distinctUntilChanged, EMPTY, fromEvent, map, merge, type Observable, startWith } from 'rxjs'
import { observeReconnectTriggers } from '../time/retry-policy.ts'

/** The browser APIs that tabs use. */
export interface TabEnvironment {
  locks: Pick<LockManager, 'request'>
  openChannel: (name: string) => Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>
  /** Whether the page is active. The browser may freeze a page and resume it later. Emits on subscription. */
  pageActive$: Observable<boolean>
  /** Emits when the network is back or the page becomes visible. */
  reconnect$: Observable<unknown>
  clock: Clock
}

export function getPageEnvironment(): TabEnvironment {
  return {
    locks: navigator.locks,
    openChannel: (name) => new BroadcastChannel(name),
    pageActive$: observePageActive(globalThis),
    reconnect$: observeReconnectTriggers(),
    clock: systemClock,
  }
}

/** Node has locks and channels as well, but no page events. */
function observePageActive({
  window,
  document,
}: {
  window?: Window
  document?: Document
}): Observable<boolean> {
  const on = (target: EventTarget | undefined, event: string): Observable<unknown> =>
    target ? fromEvent(target, event) : EMPTY
  return merge(
    merge(on(window, 'pagehide'), on(document, 'freeze')).pipe(map(() => false)),
    merge(on(window, 'pageshow'), on(document, 'resume')).pipe(map(() => true)),
  ).pipe(startWith(true), distinctUntilChanged())
}
