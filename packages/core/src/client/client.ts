import { extensions, type Extension, type ExtensionName } from '../contract/extensions.ts'
import type { Operation, OperationResult } from '../contract/operation-types.ts'
import { operations, type OperationName } from '../contract/operations.ts'
import type { CustomSchemas } from '../custom-types/custom-schemas.ts'
import { fitAnswer, fitInput } from '../custom-types/validate.ts'
import { placeInput } from '../http/place-input.ts'
import { readAnswer } from '../http/read-answer.ts'
import { createRequester, type Read } from '../http/requester.ts'
import { isRetryable } from '../http/retry.ts'
import type { UserKey } from '../http/user-key.ts'
import type { Wake } from '../stream/wakes.ts'
import { systemClock, type Clock } from '../time/clock.ts'
import { baseUrlOf } from './base-url.ts'
import type { CallOptions } from './call-options.ts'
import type { ChatOptions } from './chat-options.ts'
import { newIdempotencyKey } from './idempotency-key.ts'
import { createServerCapabilities, type ServerCapabilities } from './server-info.ts'

/** What a chat and its users share: one server, and how to talk to it. */
export interface Client {
  readonly url: string
  readonly clock: Clock
  readonly random: () => number
  readonly idleTimeoutMs: number
  readonly schemas: CustomSchemas | undefined
  readonly capabilities: ServerCapabilities
  /** Open streams. They are notified of each POST that succeeds or gets no response. */
  readonly watchers: Set<Wake>
  /** Whether `fetch` is known not to stream response bodies. */
  readonly isBuffered: () => boolean
  /** Sends an operation's request, and gives what `read` makes of the answer. */
  send: <T>(name: CallName, input: object, options: SendOptions, read: Read<T>) => Promise<T>
  /** Calls an operation by its name, and gives its answer, with what the app's schemas make of it. */
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
  /** Whether the answer is wanted as it came. */
  isRaw?: boolean
}

/**
 * If a POST gets no response for this long, streams that were silent since it was sent count as lost. Servers respond
 * sooner.
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
  const url = baseUrlOf(options)
  const retry = { attempts: 3, baseDelayMs: 300, maxDelayMs: 30_000, random, ...options.retry }
  const request = createRequester({ url, fetch, clock, retry })
  const capabilities = createServerCapabilities(request, { timeoutMs, clock })

  /** The key that makes a POST repeatable; undefined where the server would not know what it means. */
  async function idempotencyKeyFor({ idempotencyKey, signal, userKey }: SendOptions) {
    if (idempotencyKey !== undefined) {
      await capabilities.serverInfo({ signal }).catch((error: unknown) => {
        // Who gave a key relies on it: better not sent now than sent without. Only a server that has no hello has no capabilities.
        if (signal?.aborted || isRetryable(error)) throw error
      })
    }
    return userKey && capabilities.has('idempotency') ? (idempotencyKey ?? newIdempotencyKey()) : undefined
  }

  const watchers = new Set<Wake>()
  const tell: Wake = (doubtedSince) => watchers.forEach((watcher) => watcher(doubtedSince))
  let answers = 0
  let isBuffered = false

  const send: Client['send'] = async (name, input, sendOptions, read) => {
    const operation = table[name]
    const { method, capability } = operation
    if (capability) await capabilities.assertSupported(name, capability, sendOptions)
    const placed = placeInput(name, operation, { ...input })
    const key = method === 'POST' ? await idempotencyKeyFor(sendOptions) : undefined
    const headers = { ...sendOptions.headers, 'idempotency-key': key }
    const bounded = { ...sendOptions, timeoutMs: sendOptions.timeoutMs ?? timeoutMs }
    const isWatched = method === 'POST' && watchers.size > 0
    const answersBefore = answers
    const sentAt = clock.now()
    const calm = isWatched
      ? clock.after(noResponseMs, () => answers === answersBefore && tell(sentAt))
      : undefined
    const answer = await request({ name, method, ...placed, ...bounded, headers }, (response, close) => {
      answers++
      calm?.()
      isBuffered ||= response.body === undefined
      return read(response, close)
    })
    // Waiting streams reconnect; open ones are not affected.
    if (isWatched) tell(0)
    return answer
  }

  async function call(name: OperationName, input: object, sendOptions: SendOptions) {
    const fitting = sendOptions.isRaw ? undefined : schemas
    if (fitting) await fitInput(name, { ...input }, fitting)
    // Asked beside the first request, so that nothing that needs it later has to wait.
    void capabilities.loaded()
    const answer = await send(name, input, sendOptions, (response) =>
      readAnswer(name, operations[name], response, clock.now()),
    )
    if (fitting) await fitAnswer(name, answer, fitting)
    return answer
  }

  // The inside of an answer is the server's word: to check it would bring a schema library into every browser.
  return {
    url,
    clock,
    random,
    idleTimeoutMs,
    schemas,
    capabilities,
    send,
    call: call as Call,
    watchers,
    isBuffered: () => isBuffered,
  }
}
