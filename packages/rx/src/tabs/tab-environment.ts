import { systemClock, type Clock } from '@parley/core'
import { distinctUntilChanged, EMPTY, fromEvent, map, merge, type Observable, startWith } from 'rxjs'
import { wakes } from '../time/wakes.ts'

/** What tabs need of the browser. */
export interface TabEnvironment {
  locks: Pick<LockManager, 'request'>
  openChannel: (name: string) => Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>
  /** Whether the page runs: it is put to sleep when it is left, and may come back. Emits at once. */
  awake$: Observable<boolean>
  /** Emits when it is worth trying again at once. */
  wake$: Observable<unknown>
  clock: Clock
}

export function portsOfPage(): TabEnvironment {
  return {
    locks: navigator.locks,
    openChannel: (name) => new BroadcastChannel(name),
    awake$: awakeOf(globalThis),
    wake$: wakes(),
    clock: systemClock,
  }
}

/** Node has locks and channels as well, but no page that is left. */
function awakeOf({ window, document }: { window?: Window; document?: Document }): Observable<boolean> {
  const on = (target: EventTarget | undefined, event: string): Observable<unknown> =>
    target ? fromEvent(target, event) : EMPTY
  return merge(
    merge(on(window, 'pagehide'), on(document, 'freeze')).pipe(map(() => false)),
    merge(on(window, 'pageshow'), on(document, 'resume')).pipe(map(() => true)),
  ).pipe(startWith(true), distinctUntilChanged())
}

/** A channel for one kind of news. What a structured clone refuses, such as a function, is left out. */
export interface Channel<News> {
  tell: (news: News) => void
  close: () => void
}

export function openChannel<News>(
  ports: TabEnvironment,
  name: string,
  hear: (news: News) => void,
): Channel<News> {
  const channel = ports.openChannel(name)
  // Who posts on this channel runs this very code; a page of the same origin could do anything anyway.
  channel.onmessage = ({ data }: { data: unknown }) => hear(data as News)
  return {
    tell(news) {
      try {
        channel.postMessage(news)
      } catch {
        channel.postMessage(JSON.parse(JSON.stringify(news)))
      }
    },
    close: () => channel.close(),
  }
}
