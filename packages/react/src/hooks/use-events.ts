import type { ChatSignal } from '@parley/core'
import { useSignals } from './use-signals.ts'

/** A custom event, as the server sends it. */
export type ChatEvent = Extract<ChatSignal, { type: 'event_created' }>['data']

/**
 * Calls the handler once per custom event of a conversation. Changing the handler does not resubscribe.
 *
 * @param type - Only events with this `payload.type`. `undefined`: all events.
 * @param id - Default: the current conversation.
 */
export function useEvents(type: string | undefined, handler: (event: ChatEvent) => void, id?: string): void {
  useSignals((signal) => {
    if (
      signal.type === 'event_created' &&
      (type ?? signal.data.payload['type']) === signal.data.payload['type']
    )
      handler(signal.data)
  }, id)
}
