import ky from 'ky'
import type { Operation } from '../contract/operation-types.ts'
import {
  isChatError,
  isRetryable,
  networkError,
  operationError,
  type ChatError,
} from '../errors/chat-error.ts'
import { sleep, throwIfAborted, withTimeout, type Clock } from '../time/clock.ts'

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call immediately: it rejects with the signal's reason. A request already sent may still take effect. */
  signal?: AbortSignal | undefined
  /** The time limit of each attempt, in milliseconds. Default: the client's. */
  timeoutMs?: number | undefined
  /**
   * Makes a POST safe to repeat on servers with the capability `idempotency`: calls with the same key take effect
   * once and get the same response, for 24 h. A call with a key waits until the server's capabilities are known.
   * Default: a new key per call, the same for its retries.
   */
  idempotencyKey?: string | undefined
}

/** How many times, and after which delays, a failed request is retried. */
export interface RetryOptions {
  /** The maximum number of attempts per call, including the first. Default: 3. */
  attempts?: number
  /**
   * The maximum delay before the second attempt; it doubles with each attempt. Delays have full jitter. Default: 300.
   */
  baseDelayMs?: number
  /** The maximum delay. If a server asks for a longer one (`retry-after`), the call fails instead. Default: 30,000. */
  maxDelayMs?: number
}

/** A user key, or a function of the app that returns it. */
export type UserKeySource = string | (() => string | Promise<string>)

export interface UserKey {
  /** Returns the key to send. Concurrent callers share one call of the app's function. */
  get: () => Promise<string>
  /**
   * Reports that the server rejected a key, or without one, that none arrived in time. Returns true if the next `get`
   * may return a newer one.
   */
  invalidate: (key?: string) => boolean
  /** The latest key; empty before the first. */
  readonly current: string
}

interface RequestSenderOptions {
  url: string
  fetch: typeof globalThis.fetch | undefined
  clock: Clock
  retry: Required<RetryOptions> & { random: () => number }
}

interface OutgoingRequest extends RequestParts {
  /** For error messages. */
  operation: string
  method: string
  headers?: Record<string, string | undefined>
  userKey?: UserKey | undefined
  signal?: AbortSignal | undefined
  /** Limits each attempt, until `read` has finished. */
  timeoutMs: number
  /** The maximum number of attempts. Default: that of the retry options. */
  attempts?: number | undefined
}

interface RequestParts {
  /** With the query. */
  path: string
  json?: object | undefined
}

/** Reads a response. `close` aborts the connection of a stream, which outlives its request. */
export type ReadResponse<T> = (response: Response, close: () => void) => Promise<T>

export type SendRequest = <T>(request: OutgoingRequest, read: ReadResponse<T>) => Promise<T>

/**
 * Creates a function that sends requests. It retries temporary errors if the request is safe to repeat, and retries
 * once with a new key if the key was rejected. Rejects with a ChatError, or with the signal's reason as soon as it
 * aborts.
 *
 * ky builds the requests and runs the attempts. What an attempt is, and which delay follows it, is decided here: only
 * the body tells whether a request failed (also with HTTP 200), a key can be missing, and ky's timers are global, end
 * with the headers, and ignore the client's clock.
 */
export function createRequestSender({ url, fetch, clock, retry }: RequestSenderOptions): SendRequest {
  return async function send<T>(request: OutgoingRequest, read: ReadResponse<T>): Promise<T> {
    const { operation, method, userKey, signal, attempts = retry.attempts } = request
    const deadline = { ...request, clock }
    const isRepeatable = method !== 'POST' || request.headers?.['idempotency-key'] !== undefined
    let result: Promise<T> | undefined
    let key: string | undefined
    let isKeyRenewed = false
    let mayBeProcessed = false
    let failureCount = 0

    /** One attempt, from the user key to the parsed body. */
    async function attempt(prepared: Request): Promise<Response> {
      const connection = new AbortController()
      const close = (): void => connection.abort()
      try {
        return await withTimeout(deadline, async () => {
          key = await userKey?.get().catch((cause: unknown) => {
            const reason = 'userKey() threw an error; see its cause.'
            throw operationError(operation, 'KeyUnavailable', reason, { cause })
          })
          // Not every `fetch` heeds its signal.
          throwIfAborted(connection.signal)
          try {
            if (key !== undefined) prepared.headers.set('x-user-key', key)
          } catch (cause) {
            // No server could accept it, so it counts as rejected.
            const reason = '"userKey" is not a valid key. Check the key.'
            throw operationError(operation, 'Unauthorized', reason, { cause })
          }
          const response = await (fetch ?? globalThis.fetch)(
            new Request(prepared, { signal: connection.signal }),
          )
          result = read(response, close)
          await result
          return response
        })
      } catch (cause) {
        close()
        throw isChatError(cause) ? cause : networkError(operation, cause)
      }
    }

    /** Whether another attempt may follow. Waits until it is due. */
    async function shouldRetry(error: unknown): Promise<boolean> {
      if (signal?.aborted || !isChatError(error)) return false
      if (error.type === 'Unauthorized' && !isKeyRenewed && userKey?.invalidate(key)) {
        isKeyRenewed = true
        return true
      }
      const { retryAfterMs = 0 } = error
      const isUnprocessed = wasNotProcessed(error)
      if (++failureCount >= attempts || !isRetryable(error)) return false
      if ((!isRepeatable && !isUnprocessed) || retryAfterMs > retry.maxDelayMs) return false
      mayBeProcessed ||= !isUnprocessed
      const backoffMs = Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** (failureCount - 1))
      await sleep({ ...deadline, timeoutMs: Math.max(retryAfterMs, retry.random() * backoffMs) })
      return true
    }

    try {
      await ky(url + request.path, {
        method,
        headers: { ...request.headers },
        json: request.json,
        // `fetch` would send the key to the origin that a redirect names. The Chat API never redirects.
        redirect: 'manual',
        timeout: false,
        throwHttpErrors: false,
        fetch: (prepared) => attempt(prepared as Request),
        // `attempts`, and one more for a new key.
        retry: {
          limit: attempts,
          methods: [method],
          delay: () => 0,
          shouldRetry: ({ error }) => shouldRetry(error),
        },
      })
    } catch (error) {
      throwIfAborted(signal)
      if (!isChatError(error)) {
        const reason = 'the input is not valid JSON or headers; see its cause.'
        throw operationError(operation, 'InvalidPayload', reason, { cause: error })
      }
      // An app's function that never settles must not block later calls.
      if (error.type === 'TimedOut') userKey?.invalidate()
      // An earlier attempt, whose response was lost, has deleted the resource.
      const isDeleted = error.type === 'ResourceNotFound' && method === 'DELETE'
      if (!isDeleted || !mayBeProcessed) throw error
      result = read(new Response('{}'), () => {})
    }
    return result as Promise<T>
  }
}

/** The types of errors that occur before a request is processed. */
const unprocessedTypes = /^(RateLimited|Unavailable|KeyUnavailable)$/

/** Whether the request was rejected or never sent, so that repeating it is safe even for a POST. */
function wasNotProcessed({ type, cause }: ChatError): boolean {
  return unprocessedTypes.test(type) || neverConnected(cause)
}

/** Node, Deno and Bun report this as the `code` of a nested cause; browsers do not report it. */
function neverConnected(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  const { code } = cause as { code?: unknown }
  return (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/.test(String(code)) ||
    neverConnected(cause.cause)
  )
}

export function createUserKey(source: UserKeySource): UserKey {
  const isFixed = typeof source === 'string'
  let current = isFixed ? source : ''
  let isFresh = isFixed
  let pending: Promise<string> | undefined

  async function load(): Promise<string> {
    try {
      // A synchronous throw becomes a rejection.
      const key = await Promise.resolve().then(source as () => string | Promise<string>)
      if (!key) throw new TypeError('userKey() returned no key.')
      // The key of a call that was abandoned can arrive after a newer one.
      if (!isFresh) current = key
      isFresh = true
      return current
    } finally {
      pending = undefined
    }
  }

  return {
    async get() {
      return isFresh ? current : (pending ??= load())
    },
    invalidate(key) {
      // The app's function may never settle.
      if (!key) pending = undefined
      // A caller with an older key gets the current one.
      if (key === current) isFresh = isFixed
      return !isFixed
    },
    get current() {
      return current
    },
  }
}

/** Distributes the fields of an operation's flat input over the path, the query of a GET and the JSON body. */
export function buildRequest(
  name: string,
  operation: Operation,
  input: Record<string, unknown>,
): RequestParts {
  const rest = { ...input }
  const path = operation.path.replace(/\{(\w+)\}/g, (_, field: string) => {
    delete rest[field]
    return pathSegment(name, field, input[field])
  })

  // Not ky's `searchParams`: it uses methods of `URL` that older versions of React Native lack.
  let query = ''
  for (const [field, value] of operation.query ? Object.entries(rest) : []) {
    if (value !== undefined && value !== null)
      query += `${query ? '&' : '?'}${field}=${encodeURIComponent(value as string)}`
  }
  return {
    path: path + query,
    json: operation.body && rest,
  }
}

/** Rejects an empty segment and segments of dots, which would change the path to that of another operation. */
function pathSegment(name: string, field: string, value: unknown): string {
  if (typeof value === 'string' && /[^.]/.test(value)) return encodeURIComponent(value)
  throw operationError(name, 'InvalidIdentifier', `"${field}" is not a valid id. Check the id.`)
}
