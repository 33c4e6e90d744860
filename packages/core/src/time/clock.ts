import { timeoutError } from '../errors/chat-error.ts'

/** The client's source of time. Tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number
  /** Calls `callback` once after `ms` milliseconds. Returns a function that cancels it. */
  after: (ms: number, callback: () => void) => () => void
}

/** The maximum delay of `setTimeout`: a longer one fires at once. */
const maxTimeoutMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, maxTimeoutMs))
    return () => clearTimeout(timer)
  },
}

/** Like the signal's method, which React Native lacks; it has no reasons either. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason ?? new Error('Aborted.')
}

export interface Deadline {
  /** For error messages. */
  operation: string
  clock: Clock
  signal?: AbortSignal | undefined
  timeoutMs: number
}

/**
 * Settles like `work`, or rejects: with the signal's reason as soon as `signal` aborts, or with a ChatError of type
 * `TimedOut` after `timeoutMs`. It does not stop `work`; a late result is ignored. Own code, as the timers of libraries
 * (ky, p-timeout, `AbortSignal.timeout`) are global: they ignore the client's clock.
 */
export async function withTimeout<T>(
  { operation, clock, signal, timeoutMs }: Deadline,
  work: () => Promise<T>,
): Promise<T> {
  throwIfAborted(signal)
  let cleanUp = (): void => {}
  try {
    const result = await new Promise<unknown>((resolve, reject) => {
      const cancelTimer = clock.after(timeoutMs, () => reject(timeoutError(operation, timeoutMs)))
      cleanUp = () => {
        cancelTimer()
        signal?.removeEventListener('abort', resolve)
      }
      signal?.addEventListener('abort', resolve)
      work().then(resolve, reject)
    })
    throwIfAborted(signal)
    return result as T
  } finally {
    cleanUp()
  }
}

/** Resolves after `timeoutMs`, or rejects with the signal's reason as soon as `signal` aborts. */
export async function sleep(deadline: Deadline): Promise<void> {
  await withTimeout(deadline, () => new Promise(() => {})).catch(() => throwIfAborted(deadline.signal))
}
