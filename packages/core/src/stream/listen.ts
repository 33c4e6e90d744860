import type { Client } from '../client/client.ts'
import type { WithCustomTypes } from '../custom-types/custom-types.ts'
import type { UserSignal } from './chat-signal.ts'
import { follow } from './follow.ts'
import type { StreamOptions } from './stream-options.ts'
import type { StreamTarget } from './stream-target.ts'

/** Each iteration opens a stream of its own, and closes it when it ends. */
export function listen<Signal extends UserSignal, Schemas>(
  client: Client,
  target: StreamTarget,
  options: Omit<StreamOptions, 'id'>,
): AsyncIterable<WithCustomTypes<Signal, Schemas>> {
  return {
    // Conversations come and go on a user's stream alone, and the app's schemas were asked on the way.
    [Symbol.asyncIterator]: () =>
      follow(client, target, options) as AsyncGenerator<unknown> as AsyncGenerator<
        WithCustomTypes<Signal, Schemas>
      >,
  }
}
