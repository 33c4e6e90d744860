import type { Client } from '../client/client.ts'
import { networkFailed } from '../errors/unable-to.ts'
import { readObject, unexpectedAnswer } from '../http/read-answer.ts'
import type { UserKey } from '../http/user-key.ts'
import { within } from '../time/within.ts'
import { createStreamParser, type StreamItem } from './stream-parser.ts'

export interface ConnectionOptions {
  /** The conversation. */
  id: string
  after?: string | undefined
  signal?: AbortSignal | undefined
}

const name = 'listenConversation'

/**
 * One stream of a conversation's signals, in the batches that arrive, from its opening until the server ends it. It neither
 * reconnects nor resumes by itself. It says first where it begins, also for servers that do not.
 */
export async function* connect(
  client: Client,
  userKey: UserKey,
  { id, after, signal }: ConnectionOptions,
): AsyncGenerator<StreamItem[], void> {
  const { clock, silenceMs, abilities } = client
  const headers: Record<string, string> = { accept: 'text/event-stream' }
  if (after !== undefined) {
    await abilities.settle(signal)
    // The hosted service's CORS answers do not allow this header.
    if (abilities.has('resume')) headers['last-event-id'] = after
  }

  const { reader, close } = await client.send(
    name,
    { id },
    { headers, userKey, signal },
    async (response, end) => ({
      reader: await readerOf(response, clock.now()),
      close: end,
    }),
  )
  try {
    if (!abilities.has('resume'))
      yield [{ type: 'ready', data: { state: after === undefined ? 'fresh' : 'reset' } }]

    const items: StreamItem[] = []
    const parser = createStreamParser(items)
    const decoder = new TextDecoder()
    const read = () =>
      reader.read().catch((cause: unknown) => {
        throw networkFailed(name, cause)
      })
    for (;;) {
      const { done, value } = await within({ name, clock, signal, timeoutMs: silenceMs }, read)
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      if (items.length > 0) yield items.splice(0)
    }
  } finally {
    close()
    // In Node an abort may not arrive: undici holds what passes it on by weak references, which are gone once the answer is here.
    void reader.cancel().catch(() => {})
  }
}

async function readerOf(response: Response, now: number): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  if (response.body && response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return response.body.getReader()
  }
  await readObject(name, response, now)
  throw unexpectedAnswer(name, response, now)
}
