import { createParser, type EventSourceParser } from 'eventsource-parser'
import type { Client } from '../client/client.ts'
import { isObject } from '../contract/is-object.ts'
import { networkError, operationError, type ChatError } from '../errors/chat-error.ts'
import { parseBody, unexpectedResponse } from '../http/parse-response.ts'
import type { UserKey } from '../http/send-request.ts'
import { withTimeout } from '../time/clock.ts'
import { toSignal, type UserSignal } from './chat-signal.ts'

/** The user and, for `listenConversation`, the conversation that a stream is for. */
export type StreamTarget = { userId: string; userKey: UserKey } & (
  | { operation: 'listenConversation'; conversationId: string }
  | { operation: 'listenUser'; conversationId?: never }
)

/** Where a stream starts. */
export interface StreamReady {
  /**
   * `resumed`: the stream replays everything since `after`. `fresh`: it delivers new signals only. `reset`: it cannot
   * replay the signals since `after`; fetch what you need.
   */
  state: 'resumed' | 'fresh' | 'reset'
  /** The position at which the stream starts, if the server sends one. */
  id?: string
}

export type StreamItem = UserSignal | { type: 'ready'; data: StreamReady }

/** What arrived together on a connection. Empty for pings. */
export interface Batch {
  type: 'received'
  items: StreamItem[]
  /** Whether the server sends `ready` events and replays after the last position. */
  isResumable: boolean
}

interface ConnectionOptions {
  /** The position to resume after. */
  lastId: string | undefined
  signal: AbortSignal
  /** Called before the request. */
  beforeOpen: ((signal: AbortSignal) => Promise<void>) | undefined
}

/**
 * Opens one connection and yields what arrives, until the connection fails: it throws also if the server ends it.
 * Neither reconnects nor resumes. The first item is `ready`, also for servers that do not send it.
 */
export async function* openConnection(
  { capabilities, clock, idleTimeoutMs, send, isStreamingUnsupported }: Client,
  { operation, conversationId, userKey }: StreamTarget,
  { lastId, signal, beforeOpen }: ConnectionOptions,
): AsyncGenerator<Batch, void> {
  await capabilities.whenLoaded(signal)
  const isResumable = capabilities.has('resume')
  await beforeOpen?.(signal)
  if (isStreamingUnsupported()) throw streamingUnsupported(operation)
  // The CORS headers of the hosted service do not allow `last-event-id`.
  const headers = { accept: 'text/event-stream', 'last-event-id': isResumable ? lastId : undefined }
  const { reader, close } = await send(
    operation,
    { id: conversationId },
    { headers, userKey, signal, attempts: 1 },
    async (response, abort) => {
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
      if (isStream && response.body) return { reader: response.body.getReader(), close: abort }
      if (isStream) throw streamingUnsupported(operation)
      await parseBody(operation, response, clock.now())
      throw unexpectedResponse(operation, response, clock.now())
    },
  )
  try {
    const items: StreamItem[] = isResumable ? [] : [{ type: 'ready', data: { state: 'fresh' } }]
    const parser = createStreamParser(items)
    const decoder = new TextDecoder()
    const read = () =>
      reader.read().catch((cause: unknown) => {
        throw networkError(operation, cause)
      })
    for (;;) {
      yield { type: 'received', items: items.splice(0), isResumable }
      const { done, value } = await withTimeout({ operation, clock, signal, timeoutMs: idleTimeoutMs }, read)
      if (done) throw networkError(operation, 'the stream ended')
      parser.feed(decoder.decode(value, { stream: true }))
    }
  } finally {
    close()
    // In Node, undici references its abort listener weakly and may drop it once the response is here: cancel the
    // reader too.
    void reader.cancel().catch(() => {})
  }
}

/** React Native's `fetch` resolves only after the stream has ended. */
function streamingUnsupported(operation: string): ChatError {
  return operationError(
    operation,
    'StreamingUnsupported',
    'this fetch cannot stream responses. Pass a "fetch" that can to createChat.',
  )
}

/**
 * Parses a stream, fed in chunks of any size, and pushes its items onto `items`.
 *
 * The hosted service may open with the bytes `{}`, so that the first line is `{}event: message`. The parser skips that
 * line as an unknown field, and an event without a name is a message.
 */
export function createStreamParser(items: StreamItem[]): EventSourceParser {
  return createParser({
    onEvent({ event = 'message', id, data }) {
      if (data === 'ping') return
      const value = parseData(data)
      // The fields are trusted, like those of a signal.
      if (event === 'ready' && isObject(value))
        items.push({ type: 'ready', data: value as unknown as StreamReady })
      else items.push(toSignal(event === 'message' ? value : { type: event, data: value }, id))
    },
  })
}

function parseData(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
