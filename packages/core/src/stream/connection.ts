import type { Client } from '../client/client.ts'
import type { ChatError } from '../errors/chat-error.ts'
import { networkFailed, unableTo } from '../errors/unable-to.ts'
import { readObject, unexpectedResponse } from '../http/read-answer.ts'
import { within } from '../time/within.ts'
import { createStreamParser, type StreamItem } from './stream-parser.ts'
import type { StreamTarget } from './stream-target.ts'

export interface ConnectionOptions {
  /** Whether the server says where a stream begins, and may be asked for what was missed. */
  isResumable: boolean
  lastId: string | undefined
  signal: AbortSignal
}

/**
 * One stream of signals, in the batches that arrive, from its opening until the server ends it; a batch of pings is empty. It
 * neither reconnects nor resumes by itself. It says first where it begins, also for servers that do not.
 */
export async function* connect(
  { clock, idleTimeoutMs, send, isBuffered }: Client,
  { name, conversationId, userKey }: StreamTarget,
  { isResumable, lastId, signal }: ConnectionOptions,
): AsyncGenerator<StreamItem[], void> {
  if (isBuffered()) throw cannotStream(name)
  // The hosted service's CORS answers do not allow `last-event-id`.
  const headers = { accept: 'text/event-stream', 'last-event-id': isResumable ? lastId : undefined }
  const { reader, close } = await send(
    name,
    { id: conversationId },
    { headers, userKey, signal, attempts: 1 },
    async (response, end) => ({ reader: await readerOf(name, response, clock.now()), close: end }),
  )
  try {
    if (!isResumable) yield [{ type: 'ready', data: { state: 'fresh' } }]

    const items: StreamItem[] = []
    const parser = createStreamParser(items)
    const decoder = new TextDecoder()
    const read = () =>
      reader.read().catch((cause: unknown) => {
        throw networkFailed(name, cause)
      })
    for (;;) {
      const { done, value } = await within({ name, clock, signal, timeoutMs: idleTimeoutMs }, read)
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield items.splice(0)
    }
  } finally {
    close()
    // In Node an abort may not arrive: undici holds what passes it on by weak references, which are gone once the answer is here.
    void reader.cancel().catch(() => {})
  }
}

/** React Native's `fetch` resolves only after the stream has ended. */
function cannotStream(name: string): ChatError {
  return unableTo(
    name,
    'StreamingUnsupported',
    'this fetch cannot stream responses. Pass a "fetch" that can to createChat.',
  )
}

async function readerOf(
  name: string,
  response: Response,
  now: number,
): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    if (response.body) return response.body.getReader()
    throw cannotStream(name)
  }
  await readObject(name, response, now)
  throw unexpectedResponse(name, response, now)
}
