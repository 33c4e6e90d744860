import { timedOut } from '../errors/unable-to.ts'
import type { Clock } from './clock.ts'

/** What bounds a piece of work. */
export interface Bounds {
  /** The operation that it belongs to, for messages. */
  name: string
  clock: Clock
  signal?: AbortSignal | undefined
  timeoutMs: number
}

/**
 * Settles as `work` does, or rejects: with its reason as soon as `signal` aborts, with a ChatError of type `TimedOut` after
 * `timeoutMs`. It does not wait for `work` to notice: what that still does comes to nothing.
 */
export async function within<T>(
  { name, clock, signal, timeoutMs }: Bounds,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const end = new AbortController()
  try {
    return await new Promise<T>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: end.signal })
      end.signal.addEventListener(
        'abort',
        clock.after(timeoutMs, () => reject(timedOut(name, timeoutMs))),
      )
      work().then(resolve, reject)
    })
  } finally {
    end.abort()
  }
}
