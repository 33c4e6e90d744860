import type { Client } from '../client/client.ts'
import type { WithCustomTypes } from '../custom-types/custom-types.ts'
import type { UserSignal } from './chat-signal.ts'
import type { StreamOptions } from './stream-options.ts'
import type { StreamTarget } from './stream-target.ts'
import { streamWithReconnect } from './stream-with-reconnect.ts'

/** Creates an iterable of signals. Each iteration opens a stream and closes it when the iteration ends. */
export function createSignalStream<Signal extends UserSignal, Schemas>(
  client: Client,
  target: StreamTarget,
  options: Omit<StreamOptions, 'id'>,
): AsyncIterable<WithCustomTypes<Signal, Schemas>> {
  return {
    // Only user streams carry conversation_added and conversation_removed, and the app's schemas have been applied.
    [Symbol.asyncIterator]: () =>
      streamWithReconnect(client, target, options) as AsyncGenerator<unknown> as AsyncGenerator<
        WithCustomTypes<Signal, Schemas>
      >,
  }
}
