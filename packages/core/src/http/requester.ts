import ky from 'ky'
import { isChatError } from '../errors/chat-error.ts'
import { networkFailed, unableTo } from '../errors/unable-to.ts'
import type { Clock } from '../time/clock.ts'
import { sleep } from '../time/sleep.ts'
import { within } from '../time/within.ts'
import { isWithoutEffect, retryDelayMs, type RetryPolicy } from './retry.ts'
import type { UserKey } from './user-key.ts'

export interface RequesterOptions {
  url: string
  fetch: typeof globalThis.fetch | undefined
  clock: Clock
  retry: RetryPolicy
}

interface OutgoingRequest {
  /** The operation's name, for messages. */
  name: string
  method: string
  path: string
  query?: Record<string, string>
  body?: string | undefined
  headers?: Record<string, string | undefined>
  userKey?: UserKey | undefined
  signal?: AbortSignal | undefined
  /** For each attempt, until `read` is done. */
  timeoutMs: number
  /** How many times it is sent at most. Default: the policy's. */
  attempts?: number | undefined
}

/** Reads an answer. `close` gives up the connection: for a stream, which outlives its request. */
export type Read<T> = (response: Response, close: () => void) => Promise<T>

export type Requester = <T>(request: OutgoingRequest, read: Read<T>) => Promise<T>

/**
 * Sends requests: again after failures that may pass, where that is safe, and once more with a new key where the key was
 * refused. Rejects with a ChatError, or with the signal's reason the moment it aborts.
 */
export function createRequester({ url, fetch, clock, retry }: RequesterOptions): Requester {
  // Failing statuses, retries and time-outs are ours to judge: ky knows neither the API's errors nor its keys.

  async function attempt<T>(request: OutgoingRequest, key: string | undefined, read: Read<T>): Promise<T> {
    const { name, method, path, query, body, headers, signal } = request
    const connection = new AbortController()
    const close = (): void => connection.abort()
    try {
      const init = {
        retry: 0,
        timeout: false as const,
        throwHttpErrors: false,
        ...(fetch && { fetch }),
        method,
        searchParams: query,
        body: body ?? null,
        headers: { ...headers, 'x-user-key': key, 'content-type': body && 'application/json' },
        signal: connection.signal,
      }
      return await within({ ...request, clock }, async () => read(await ky(url + path, init), close))
    } catch (cause) {
      close()
      throw signal?.aborted || isChatError(cause) ? cause : networkFailed(name, cause)
    }
  }

  async function keyFor({ name, userKey }: OutgoingRequest): Promise<string | undefined> {
    try {
      return await userKey?.get()
    } catch (cause) {
      throw unableTo(name, 'KeyUnavailable', 'the user key could not be had.', { cause })
    }
  }

  return async function send(request, read) {
    const { method, headers, userKey, attempts = retry.attempts } = request
    const isRepeatable = method !== 'POST' || headers?.['idempotency-key'] !== undefined
    const bounds = { ...request, clock }
    let isKeyRenewed = false
    let mayHaveHappened = false
    for (let count = 1; ; count++) {
      let key: string | undefined
      try {
        key = await within(bounds, () => keyFor(request))
        return await attempt(request, key, read)
      } catch (error) {
        if (request.signal?.aborted || !isChatError(error)) throw error

        const { type } = error
        if (type === 'Unauthorized' && !isKeyRenewed && userKey?.refuse(key)) {
          isKeyRenewed = true
          count--
          continue
        }
        // An attempt whose answer was lost has deleted it.
        if (type === 'ResourceNotFound' && method === 'DELETE' && mayHaveHappened) {
          return read(new Response('{}'), () => {})
        }

        const timeoutMs = retryDelayMs(error, { isRepeatable, attempt: count }, { ...retry, attempts })
        if (timeoutMs === undefined) throw error
        mayHaveHappened ||= !isWithoutEffect(error)
        await sleep({ ...bounds, timeoutMs })
      }
    }
  }
}
