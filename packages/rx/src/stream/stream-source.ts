import type { ConnectionStatus, StreamOptions, StreamReady, UserSignal } from '@parley/core'
import { Observable } from 'rxjs'

/** Provides signals: from a conversation's own stream, from the user's stream, or from another tab. */
export interface ConversationSource {
  /** Cold: connects on subscription, and disconnects on unsubscription. Completes after the status `closed`. */
  readonly items$: Observable<SourceItem>
  /** Skips the current backoff delay. If connected, checks the health of the connection. */
  reconnectNow: () => void
}

export type SourceItem =
  | { type: 'status'; status: ConnectionStatus }
  /** A connection is open. The deltas that follow announce the open streams. */
  | { type: 'ready'; ready: StreamReady }
  /** Signals may have been lost although the connection is open: compare with the server. */
  | { type: 'possible_gap' }
  | { type: 'signal'; signal: UserSignal }

/** The last signal received from a stream. The stream resumes after it. */
export interface ResumeCursor {
  id?: string | undefined
}

/** Adapts a stream of `@parley/core`. A new subscription resumes at the cursor. */
export function createStreamSource(
  listen: (options: Omit<StreamOptions, 'id'>) => AsyncIterable<UserSignal>,
  cursor: ResumeCursor = {},
): ConversationSource {
  const reconnectListeners = new Set<() => void>()

  const items$ = new Observable<SourceItem>((subscriber) => {
    const abort = new AbortController()
    async function run(): Promise<void> {
      const signals = listen({
        signal: abort.signal,
        after: cursor.id,
        onStatus: (status) => subscriber.next({ type: 'status', status }),
        onReady(ready) {
          if (subscriber.closed) return
          cursor.id = ready.id ?? cursor.id
          subscriber.next({ type: 'ready', ready })
        },
        onPossibleGap: () => subscriber.next({ type: 'possible_gap' }),
        onReconnectTrigger(listener) {
          reconnectListeners.add(listener)
          return () => reconnectListeners.delete(listener)
        },
      })
      for await (const signal of signals) {
        // A subscriber that has just unsubscribed does not receive this signal: the cursor must not move.
        if (subscriber.closed) return
        cursor.id = signal.id ?? cursor.id
        subscriber.next({ type: 'signal', signal })
      }
    }
    // The last status contains the cause.
    const complete = (): void => subscriber.complete()
    run().then(complete, complete)
    return () => abort.abort()
  })

  return { items$, reconnectNow: () => reconnectListeners.forEach((listener) => listener()) }
}
