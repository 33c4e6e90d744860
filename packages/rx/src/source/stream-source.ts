import type { StreamOptions, UserSignal } from '@parley/core'
import { Observable } from 'rxjs'
import type { ConversationSource, SourceItem } from './conversation-source.ts'

/** How far a stream was followed: it goes on after this signal. */
export interface Place {
  id?: string | undefined
}

/** Makes a source of one of core's streams. It goes on from its place when it is subscribed to again. */
export function createStreamSource(
  listen: (options: Omit<StreamOptions, 'id'>) => AsyncIterable<UserSignal>,
  place: Place = {},
): ConversationSource {
  const wakes = new Set<() => void>()

  const items$ = new Observable<SourceItem>((subscriber) => {
    const end = new AbortController()
    async function run(): Promise<void> {
      const signals = listen({
        signal: end.signal,
        after: place.id,
        onStatus: (status) => subscriber.next({ type: 'status', status }),
        onReady(ready) {
          if (subscriber.closed) return
          place.id = ready.id ?? place.id
          subscriber.next({ type: 'ready', ready })
        },
        onPossibleGap: () => subscriber.next({ type: 'doubt' }),
        onReconnectTrigger(wake) {
          wakes.add(wake)
          return () => wakes.delete(wake)
        },
      })
      for await (const signal of signals) {
        // Who left in this very moment has not heard it.
        if (subscriber.closed) return
        place.id = signal.id ?? place.id
        subscriber.next({ type: 'signal', signal })
      }
    }
    // Why it ended, the status has said.
    const complete = (): void => subscriber.complete()
    run().then(complete, complete)
    return () => end.abort()
  })

  return { items$, wake: () => wakes.forEach((wake) => wake()) }
}
