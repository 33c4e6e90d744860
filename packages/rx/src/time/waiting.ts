import { isChatError, type ChatError, type Clock } from '@parley/core'
import { errorTypes } from '@parley/core/contract'
import { Observable } from 'rxjs'

/** What waits and retries go by. */
export interface Waiting {
  clock: Clock
  random: () => number
  /** Emits when it is worth trying again at once. */
  wake$: Observable<unknown>
}

export function after(clock: Clock, ms: number): Observable<void> {
  return new Observable((subscriber) =>
    clock.after(ms, () => {
      subscriber.next()
      subscriber.complete()
    }),
  )
}

/** Resolves when it is time for the attempt after this one (from 1), when something wakes it, or when it is to end. */
export function nextTry(
  { clock, random, wake$ }: Waiting,
  attempt: number,
  { retryAfterMs = 0 }: ChatError,
  end?: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const backOffMs = random() * Math.min(30_000, 500 * 2 ** attempt)
    const cancel = clock.after(Math.max(backOffMs, retryAfterMs), done)
    const waking = wake$.subscribe(done)
    end?.addEventListener('abort', done)
    function done(): void {
      cancel()
      waking.unsubscribe()
      resolve()
    }
  })
}

/** Does some work that can be aborted, again and again until it succeeds, or fails for good: of that it tells. */
export function persist<T>(
  waiting: Waiting,
  work: (signal: AbortSignal) => Promise<T>,
  fail?: (error: unknown) => void,
): Observable<T> {
  return new Observable((subscriber) => {
    const end = new AbortController()
    const { signal } = end
    async function run(): Promise<void> {
      for (let attempt = 1; !signal.aborted; attempt++) {
        try {
          subscriber.next(await work(signal))
          return
        } catch (error) {
          if (signal.aborted) return
          if (!mayPass(error)) return fail?.(error)
          await nextTry(waiting, attempt, error, signal)
        }
      }
    }
    void run().finally(() => subscriber.complete())
    return () => end.abort()
  })
}

/** Whether the same can succeed later. */
export function mayPass(error: unknown): error is ChatError {
  return isChatError(error) && errorTypes[error.type].isRetryable
}
