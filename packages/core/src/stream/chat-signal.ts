import type { SignalType, WireSignal } from '../contract/models.ts'
import { isObject } from '../http/read-answer.ts'

/** A signal of a conversation, told apart by `type`. `id` is its place in the stream, where the server gives one. */
export type ChatSignal = (WireSignal & { id?: string }) | UnknownSignal

/** A signal of a kind that this version does not know; `data` is what came, parsed where it was JSON. */
export interface UnknownSignal {
  type: 'unknown'
  data: unknown
  id?: string
}

const signalTypes: Record<SignalType, true> = {
  message_created: true,
  message_deleted: true,
  event_created: true,
  participant_added: true,
  participant_removed: true,
  message_stream_delta: true,
  message_stream_complete: true,
  message_stream_abort: true,
}

/** Takes what came for a signal: it never throws, and what it does not know it passes on as unknown. */
export function toSignal(value: unknown, id: string | undefined): ChatSignal {
  const isKnown =
    isObject(value) &&
    isObject(value['data']) &&
    typeof value['type'] === 'string' &&
    Object.hasOwn(signalTypes, value['type'])
  const signal = isKnown ? { type: value['type'], data: value['data'] } : { type: 'unknown', data: value }
  // The fields of a known signal are the server's word: checking each one would bring a schema library into every browser.
  return (id === undefined ? signal : { ...signal, id }) as ChatSignal
}
