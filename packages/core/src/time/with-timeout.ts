import { timeoutError } from '../errors/operation-error.ts'
import type { Clock } from './clock.ts'

export interface Deadline {
  /** For error messages. */
  operation: string
  clock: Clock
  signal?: AbortSignal | undefined
  timeoutMs: number
}

/**
 * Settles like `work`, or rejects: with the signal's reason as soon as `signal` aborts, or with a ChatError of type
 * `TimedOut` after `timeoutMs`. It does not stop `work`; a late result is ignored.
 */
export async function withTimeout<T>(
  { operation, clock, signal, timeoutMs }: Deadline,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const cleanup = new AbortController()
  try {
    return await new Promise<T>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: cleanup.signal })
      cleanup.signal.addEventListener(
        'abort',
        clock.after(timeoutMs, () => reject(timeoutError(operation, timeoutMs))),
      )
      work().then(resolve, reject)
    })
  } finally {
    cleanup.abort()
  }
}
