import { isRetryable, type ChatError, type Clock } from '@parley/core'
import {
  EMPTY,
  filter,
  from,
  fromEvent,
  merge,
  Observable,
  type ObservableInput,
  retry,
  type Subject,
} from 'rxjs'

export interface RetryPolicy {
  clock: Clock
  /** Returns a number between 0 and 1, for jitter. */
  random: () => number
  /** Each emission skips the current delay. */
  retryNow$: Subject<void>
}

/** Emits once after the delay, and completes: `timer` of RxJS with the clock of the options. */
export function clockTimer(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) =>
    clock.after(ms, () => {
      subscriber.next()
      subscriber.complete()
    }),
  )
}

/**
 * Emits when the next attempt is due: after an exponential delay with jitter, or at once on a reconnect trigger. The
 * triggers are observed here as well, as an open stream may not notice them.
 *
 * @param attempt - The number of failed attempts so far, from 1.
 */
export function backoff(
  { clock, random, retryNow$ }: RetryPolicy,
  attempt: number,
  { retryAfterMs = 0 }: Partial<Pick<ChatError, 'retryAfterMs'>>,
): Observable<unknown> {
  const backoffMs = random() * Math.min(30_000, 500 * 2 ** attempt)
  // Page events do not override `Retry-After`.
  return merge(
    clockTimer(clock, Math.max(backoffMs, retryAfterMs)),
    retryNow$,
    retryAfterMs ? retryNow$ : observeReconnectTriggers(),
  )
}

/** Retries abortable work until it succeeds or fails with a permanent error. */
export function retryUntilSuccess<T>(
  policy: RetryPolicy,
  work: (signal: AbortSignal) => ObservableInput<T>,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const abort = new AbortController()
    from(work(abort.signal)).subscribe(subscriber)
    return () => abort.abort()
  }).pipe(
    retry({
      delay(error: unknown, attempt) {
        if (!isRetryable(error)) throw error
        return backoff(policy, attempt, error)
      },
    }),
  )
}

/** Emits when the network is back or the page becomes visible. Node and React Native have no such events. */
export function observeReconnectTriggers(): Observable<unknown> {
  const { document, window } = globalThis as { document?: Document; window?: Window }
  if (!document || !window) return EMPTY
  return merge(
    fromEvent(window, 'online'),
    fromEvent(document, 'visibilitychange').pipe(filter(() => document.visibilityState === 'visible')),
  )
}
