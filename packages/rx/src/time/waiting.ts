import { isRetryable, type ChatError, type Clock } from '@parley/core'
import { from, merge, Observable, retry, type Subject } from 'rxjs'
import { wakes } from './wakes.ts'

/** What waits and retries go by. */
export interface Waiting {
  clock: Clock
  random: () => number
  /** Emits when it is worth trying again at once. */
  wake$: Subject<void>
}

/** Emits once, and does not complete: whoever waits goes by what comes first. */
export function after(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) => clock.after(ms, () => subscriber.next()))
}

/** Emits when it is time for the attempt after this one (from 1), or when something wakes it: the stream may not have noticed. */
export function nextTry(
  { clock, random, wake$ }: Waiting,
  attempt: number,
  { retryAfterMs = 0 }: Partial<Pick<ChatError, 'retryAfterMs'>>,
): Observable<unknown> {
  const backOffMs = random() * Math.min(30_000, 500 * 2 ** attempt)
  // A server that asked to be left alone that long is, whatever the page does.
  return merge(after(clock, Math.max(backOffMs, retryAfterMs)), wake$, retryAfterMs ? wake$ : wakes())
}

/** Does some work that can be aborted, again and again until it succeeds, or fails for good. */
export function persist<T>(waiting: Waiting, work: (signal: AbortSignal) => Promise<T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const end = new AbortController()
    from(work(end.signal)).subscribe(subscriber)
    return () => end.abort()
  }).pipe(
    retry({
      delay(error: unknown, attempt) {
        if (!isRetryable(error)) throw error
        return nextTry(waiting, attempt, error)
      },
    }),
  )
}
