import type { AppTyped } from '../app/app-types.ts'
import type { Client } from '../client/client.ts'
import type { UserSignal } from './chat-signal.ts'
import { follow } from './follow.ts'
import type { ListenOptions } from './listen-options.ts'
import type { StreamTarget } from './stream-target.ts'

/** Each iteration opens a stream of its own, and closes it when it ends. */
export function listen<Signal extends UserSignal, Schemas>(
  client: Client,
  target: StreamTarget,
  options: Omit<ListenOptions, 'id'>,
): AsyncIterable<AppTyped<Signal, Schemas>> {
  return {
    // Conversations come and go on a user's stream alone, and the app's schemas were asked on the way.
    [Symbol.asyncIterator]: () =>
      follow(client, target, options) as AsyncGenerator<unknown> as AsyncGenerator<AppTyped<Signal, Schemas>>,
  }
}
