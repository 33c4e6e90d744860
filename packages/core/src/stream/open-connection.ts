import type { Client } from '../client/client.ts'
import type { ChatError } from '../errors/chat-error.ts'
import { networkError, operationError } from '../errors/chat-error.ts'
import { parseBody, unexpectedResponse } from '../http/parse-response.ts'
import { withTimeout } from '../time/clock.ts'
import { createStreamParser, type StreamItem } from './stream-parser.ts'
import type { StreamTarget } from './stream-target.ts'

export interface ConnectionOptions {
  /** Whether the server sends `ready` events and replays after `last-event-id`. */
  isResumable: boolean
  lastId: string | undefined
  signal: AbortSignal
}

/**
 * Opens one connection and yields its items in the batches that arrive, until the server ends it. A batch of pings is
 * empty. Neither reconnects nor resumes. The first item is `ready`, also for servers that do not send it.
 */
export async function* openConnection(
  { clock, idleTimeoutMs, send, isStreamingUnsupported }: Client,
  { operation, conversationId, userKey }: StreamTarget,
  { isResumable, lastId, signal }: ConnectionOptions,
): AsyncGenerator<StreamItem[], void> {
  if (isStreamingUnsupported()) throw streamingUnsupported(operation)
  // The CORS headers of the hosted service do not allow `last-event-id`.
  const headers = { accept: 'text/event-stream', 'last-event-id': isResumable ? lastId : undefined }
  const { reader, close } = await send(
    operation,
    { id: conversationId },
    { headers, userKey, signal, attempts: 1 },
    async (response, abort) => ({ reader: await getReader(operation, response, clock.now()), close: abort }),
  )
  try {
    if (!isResumable) yield [{ type: 'ready', data: { state: 'fresh' } }]

    const items: StreamItem[] = []
    const parser = createStreamParser(items)
    const decoder = new TextDecoder()
    const read = () =>
      reader.read().catch((cause: unknown) => {
        throw networkError(operation, cause)
      })
    for (;;) {
      const { done, value } = await withTimeout({ operation, clock, signal, timeoutMs: idleTimeoutMs }, read)
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield items.splice(0)
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

async function getReader(
  operation: string,
  response: Response,
  now: number,
): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    if (response.body) return response.body.getReader()
    throw streamingUnsupported(operation)
  }
  await parseBody(operation, response, now)
  throw unexpectedResponse(operation, response, now)
}
