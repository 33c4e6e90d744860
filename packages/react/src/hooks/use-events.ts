import type { ChatSignal } from '@parley/core'
import { useSignals } from './use-signals.ts'

/** A custom event as it comes. */
export type ChatEvent = Extract<ChatSignal, { type: 'event_created' }>['data']

/**
 * Calls a handler with the custom events of a conversation as they happen, each once. Another handler does not subscribe anew.
 *
 * @param type - Only those with this `payload.type`; undefined: all.
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
