import type { AppTyped } from '../app/app-types.ts'
import { fitSignal } from '../app/fit.ts'
import type { Client } from '../client/client.ts'
import type { UserKey } from '../http/user-key.ts'
import type { ChatSignal } from './chat-signal.ts'
import { connect } from './connection.ts'
import type { StreamReady } from './stream-parser.ts'

export interface ListenOptions {
  /** The conversation. */
  id: string
  /** The `id` of the last signal already seen: what was missed since comes first. Default: only what is new. */
  after?: string
  /** Ends the stream: it rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called when the stream is open, before its first signal; again should the server only then say where it begins. */
  onReady?: (ready: StreamReady) => void
}

/** Each iteration opens a stream of its own, and closes it when it ends. */
export function listenConversation<Schemas>(
  client: Client,
  userKey: UserKey,
  options: ListenOptions,
): AsyncIterable<AppTyped<ChatSignal, Schemas>> {
  const { id, after, signal, onReady } = options
  return {
    async *[Symbol.asyncIterator]() {
      for await (const items of connect(client, userKey, { id, after, signal })) {
        for (const item of items) {
          signal?.throwIfAborted()
          if (item.type === 'ready') onReady?.(item.data)
          else
            yield (client.schemas ? await fitSignal(item, client.schemas) : item) as AppTyped<
              ChatSignal,
              Schemas
            >
        }
      }
    },
  }
}
