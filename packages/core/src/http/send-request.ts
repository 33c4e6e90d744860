import ky from 'ky'
import { isChatError } from '../errors/chat-error.ts'
import { networkError, operationError } from '../errors/operation-error.ts'
import type { Clock } from '../time/clock.ts'
import { sleep } from '../time/sleep.ts'
import { withTimeout } from '../time/with-timeout.ts'
import { retryDelayMs, wasNotProcessed, type RetryPolicy } from './retry.ts'
import type { UserKey } from './user-key.ts'

export interface RequestSenderOptions {
  url: string
  fetch: typeof globalThis.fetch | undefined
  clock: Clock
  retry: RetryPolicy
}

interface OutgoingRequest {
  /** For error messages. */
  operation: string
  method: string
  path: string
  query?: Record<string, string>
  body?: string | undefined
  headers?: Record<string, string | undefined>
  userKey?: UserKey | undefined
  signal?: AbortSignal | undefined
  /** Limits each attempt, until `read` has finished. */
  timeoutMs: number
  /** The maximum number of attempts. Default: the retry policy's. */
  attempts?: number | undefined
}

/** Reads a response. `close` aborts the connection of a stream, which outlives its request. */
export type ReadResponse<T> = (response: Response, close: () => void) => Promise<T>

export type SendRequest = <T>(request: OutgoingRequest, read: ReadResponse<T>) => Promise<T>

/**
 * Creates a function that sends requests. It retries temporary errors if the request is safe to repeat, and retries
 * once with a new key if the key was rejected. Rejects with a ChatError, or with the signal's reason as soon as it
 * aborts.
 */
export function createRequestSender({ url, fetch, clock, retry }: RequestSenderOptions): SendRequest {
  // Statuses, retries and timeouts are handled here, as ky knows neither the API's errors nor user keys.

  async function attempt<T>(
    request: OutgoingRequest,
    key: string | undefined,
    read: ReadResponse<T>,
  ): Promise<T> {
    const { operation, method, path, query, body, headers, signal } = request
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
      return await withTimeout({ ...request, clock }, async () => read(await ky(url + path, init), close))
    } catch (cause) {
      close()
      throw signal?.aborted || isChatError(cause) ? cause : networkError(operation, cause)
    }
  }

  async function getKey({ operation, userKey }: OutgoingRequest): Promise<string | undefined> {
    try {
      return await userKey?.get()
    } catch (cause) {
      throw operationError(operation, 'KeyUnavailable', 'userKey() threw an error; see its cause.', { cause })
    }
  }

  return async function send(request, read) {
    const { method, headers, userKey, attempts = retry.attempts } = request
    const isRepeatable = method !== 'POST' || headers?.['idempotency-key'] !== undefined
    const deadline = { ...request, clock }
    let isKeyRenewed = false
    let mayBeProcessed = false
    for (let count = 1; ; count++) {
      let key: string | undefined
      try {
        key = await withTimeout(deadline, () => getKey(request))
        return await attempt(request, key, read)
      } catch (error) {
        if (request.signal?.aborted || !isChatError(error)) throw error

        const { type } = error
        if (type === 'Unauthorized' && !isKeyRenewed && userKey?.invalidate(key)) {
          isKeyRenewed = true
          count--
          continue
        }
        // An earlier attempt, whose response was lost, has deleted the resource.
        if (type === 'ResourceNotFound' && method === 'DELETE' && mayBeProcessed) {
          return read(new Response('{}'), () => {})
        }

        const timeoutMs = retryDelayMs(error, { isRepeatable, attempt: count }, { ...retry, attempts })
        if (timeoutMs === undefined) throw error
        mayBeProcessed ||= !wasNotProcessed(error)
        await sleep({ ...deadline, timeoutMs })
      }
    }
  }
}
