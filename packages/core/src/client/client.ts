import { extensions, type Extension, type ExtensionName } from '../contract/extensions.ts'
import type { Operation, OperationResult } from '../contract/operation-types.ts'
import { operations, type OperationName } from '../contract/operations.ts'
import type { CustomSchemas } from '../custom-types/custom-types.ts'
import { validateInput, validateResult } from '../custom-types/validate.ts'
import { isRetryable, operationError } from '../errors/chat-error.ts'
import { parseResponse } from '../http/parse-response.ts'
import {
  buildRequest,
  createRequestSender,
  type CallOptions,
  type ReadResponse,
  type RetryOptions,
  type UserKey,
} from '../http/send-request.ts'
import { systemClock, type Clock } from '../time/clock.ts'
import { createServerCapabilities, type ServerCapabilities } from './server-info.ts'

/** The server's address, and how the client communicates with it. */
export type ChatOptions<Schemas extends CustomSchemas = CustomSchemas> = ChatAddress & {
  /** The time limit of each attempt of a call, in milliseconds. Default: 30,000. */
  timeoutMs?: number
  /** A stream that receives nothing for this long counts as lost. Servers ping at least every 25 s. Default: 60,000. */
  idleTimeoutMs?: number
  retry?: RetryOptions
  /** Schemas of the app's own metadata and custom events. Default: any JSON objects. */
  schemas?: Schemas
  /** Sends each `Request`. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Returns random numbers from 0 to 1, for the jitter of delays. Default: `Math.random`. */
  random?: () => number
  /** The source of time, for tests. Default: the system clock. */
  clock?: Clock
}

/**
 * A bot's address: its webhook id on the hosted service, or its base URL on any server, such as
 * `http://127.0.0.1:3000/demo`.
 */
export type ChatAddress = { webhookId: string; url?: never } | { url: string; webhookId?: never }

/**
 * Fires when a reconnect may succeed or a connection may be lost: the network is back, the page is visible again, a
 * request succeeded, or the app asks for it. With `silentSince` (milliseconds since 1970), connections that received
 * nothing since then count as lost, because requests got no response or the network is gone. 0 affects only streams
 * that are waiting to reconnect: a request succeeded.
 */
export type ReconnectTrigger = (silentSince?: number) => void

/** The state that a chat shares with its connected users. */
export interface Client {
  readonly url: string
  readonly clock: Clock
  readonly random: () => number
  readonly idleTimeoutMs: number
  readonly schemas: CustomSchemas | undefined
  readonly capabilities: ServerCapabilities
  /** One trigger per stream. Each POST that succeeds or gets no response calls them. */
  readonly streamTriggers: Set<ReconnectTrigger>
  /** Whether a response has shown that `fetch` cannot stream bodies. */
  readonly isStreamingUnsupported: () => boolean
  /** Sends the request of an operation, and returns what `read` returns for the response. */
  send: <T>(name: CallName, input: object, options: SendOptions, read: ReadResponse<T>) => Promise<T>
  /** Calls an operation and returns its result, transformed by the app's schemas. */
  call: Call
}

type CallName = OperationName | ExtensionName

type Call = <Name extends OperationName>(
  name: Name,
  input: object,
  options: SendOptions,
) => Promise<OperationResult<Name>>

interface SendOptions extends CallOptions {
  userKey?: UserKey | undefined
  headers?: Record<string, string | undefined>
  attempts?: number
  /** Whether to skip the app's schemas. */
  isRaw?: boolean
}

/**
 * If a POST gets no response for this long, streams that received nothing since it was sent count as lost. Servers
 * respond sooner.
 */
const noResponseMs = 10_000

const table: Record<CallName, Operation & Partial<Extension>> = { ...operations, ...extensions }

export function createClient(options: ChatOptions): Client {
  const {
    clock = systemClock,
    timeoutMs = 30_000,
    idleTimeoutMs = 60_000,
    random = Math.random,
    fetch,
    schemas,
  } = options
  const url = resolveBaseUrl(options)
  const retry = { attempts: 3, baseDelayMs: 300, maxDelayMs: 30_000, random, ...options.retry }
  const sendRequest = createRequestSender({ url, fetch, clock, retry })
  const capabilities = createServerCapabilities(sendRequest, { timeoutMs, clock })

  const streamTriggers = new Set<ReconnectTrigger>()
  const fireTriggers: ReconnectTrigger = (silentSince) =>
    streamTriggers.forEach((trigger) => trigger(silentSince))
  let responseCount = 0
  let isStreamingUnsupported = false

  const send: Client['send'] = async (name, input, sendOptions, read) => {
    const operation = table[name]
    const { method, capability } = operation
    if (capability) {
      const info = await capabilities.serverInfo(sendOptions)
      if (!info.capabilities.includes(capability)) {
        const reason = `the server lacks the capability "${capability}". Check serverInfo() first.`
        throw operationError(name, 'MethodNotFound', reason)
      }
    }
    const parts = buildRequest(name, operation, { ...input })
    const { idempotencyKey, signal, userKey } = sendOptions
    // Extensions do not support idempotency keys: a POST is then only repeated if the server did not process it.
    const acceptsKey = method === 'POST' && !capability
    if (acceptsKey && idempotencyKey !== undefined) {
      await capabilities.serverInfo({ signal }).catch((error: unknown) => {
        // The caller relies on the key, so a temporary error fails the call. A server without `/hello` has no
        // capabilities.
        if (signal?.aborted || isRetryable(error)) throw error
      })
    }
    const sendsKey = acceptsKey && userKey && capabilities.has('idempotency')
    // 104 random bits. The key need not be secret, and not every runtime has `crypto`.
    const key = sendsKey ? (idempotencyKey ?? `${Math.random()}${Math.random()}`) : undefined
    const headers = { ...sendOptions.headers, 'idempotency-key': key }
    const limits = { ...sendOptions, timeoutMs: sendOptions.timeoutMs ?? timeoutMs }
    const firesTriggers = method === 'POST' && streamTriggers.size > 0
    const countBefore = responseCount
    const sentAt = clock.now()
    const cancelTimer = firesTriggers
      ? clock.after(noResponseMs, () => responseCount === countBefore && fireTriggers(sentAt))
      : undefined
    try {
      const result = await sendRequest(
        { operation: name, method, ...parts, ...limits, headers },
        (response, close) => {
          responseCount++
          cancelTimer?.()
          isStreamingUnsupported ||= response.body === undefined
          return read(response, close)
        },
      )
      // Waiting streams reconnect; open ones are not affected.
      if (firesTriggers) fireTriggers(0)
      return result
    } catch (error) {
      // An aborted call tells nothing about the network.
      if (!isRetryable(error)) cancelTimer?.()
      throw error
    }
  }

  async function call(name: OperationName, input: object, sendOptions: SendOptions) {
    const appliedSchemas = sendOptions.isRaw ? undefined : schemas
    if (appliedSchemas) await validateInput(name, { ...input }, appliedSchemas)
    // Load the capabilities in parallel with the first request, so that later calls need not wait for them.
    void capabilities.whenLoaded()
    const result = await send(name, input, sendOptions, (response) =>
      parseResponse(name, operations[name], response, clock.now()),
    )
    if (appliedSchemas) await validateResult(name, result, appliedSchemas)
    return result
  }

  return {
    url,
    clock,
    random,
    idleTimeoutMs,
    schemas,
    capabilities,
    send,
    call: call as Call,
    streamTriggers,
    isStreamingUnsupported: () => isStreamingUnsupported,
  }
}

/** Excludes credentials, which `fetch` rejects, and a query or fragment, as paths are appended to the URL. */
const validBaseUrl = /^https?:\/\/[^@/]+\/[^?#]*$/

/**
 * Returns the base URL of a bot, without a trailing slash. Relative URLs work in browsers only.
 *
 * @throws ChatError of type `InvalidIdentifier` if it is missing or invalid: a missing setting must not select another
 * server.
 */
function resolveBaseUrl({ url, webhookId }: { url?: unknown; webhookId?: unknown }): string {
  const { location } = globalThis as { location?: Location }
  if (url === undefined && typeof webhookId === 'string' && /[^.\s]/.test(webhookId))
    return `https://chat.botpress.cloud/${encodeURIComponent(webhookId)}`
  try {
    if (typeof url === 'string' && url.trim() && validBaseUrl.test(new URL(url, location?.href).href))
      return url.replace(/\/+$/, '')
  } catch {
    // An invalid URL is reported below.
  }
  const address = JSON.stringify({ url, webhookId })
  const reason = `${address} is not a valid address. Pass an absolute "url" or a "webhookId".`
  throw operationError('createChat', 'InvalidIdentifier', reason)
}
