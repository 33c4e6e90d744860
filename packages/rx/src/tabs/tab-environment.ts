import { systemClock, type Clock } from '@parley/core'
import { distinctUntilChanged, EMPTY, fromEvent, map, merge, type Observable, startWith } from 'rxjs'
import { observeReconnectTriggers } from '../time/reconnect-triggers.ts'

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

/** A broadcast channel for one type of message. */
export interface Channel<Message> {
  /** Omits values that a structured clone does not support, such as functions. */
  post: (message: Message) => void
  close: () => void
}

export function openChannel<Message>(
  environment: TabEnvironment,
  name: string,
  onMessage: (message: Message) => void,
): Channel<Message> {
  const channel = environment.openChannel(name)
  // Only this code posts on this channel. Other code of the same origin is trusted anyway.
  channel.onmessage = ({ data }: { data: unknown }) => onMessage(data as Message)
  return {
    post(message) {
      try {
        channel.postMessage(message)
      } catch {
        channel.postMessage(JSON.parse(JSON.stringify(message)))
      }
    },
    close: () => channel.close(),
  }
}
