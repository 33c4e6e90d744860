import type { InferNamed } from '../contract/infer.ts'
import { isObject } from '../contract/is-object.ts'
import type { SignalType, WireSignal } from '../contract/models.ts'

/** A signal of a conversation, discriminated by `type`. `id` is its position in the stream, if the server sends one. */
export type ChatSignal =
  | ((WireSignal | InferNamed<'TypingSignal'>) & { id?: string })
  | Discontinuity
  | UnknownSignal

/** A signal of any of a user's conversations, or of a conversation that was added or removed. */
export type UserSignal = ChatSignal | (InferNamed<'ConversationSignal'> & { id?: string })

/**
 * Marks a possible gap: signals may be missing here, because the server has no replay (`no_replay`) or no longer
 * has the missed signals (`reset`). Created by the client; servers do not send it.
 */
export interface Discontinuity {
  type: 'discontinuity'
  data: { conversationId?: string; cause: 'no_replay' | 'reset' }
  id?: never
}

/** A signal that this version does not know. `data` is what the server sent, parsed if it was JSON. */
export interface UnknownSignal {
  type: 'unknown'
  data: unknown
  id?: string
}

const signalTypes: Record<SignalType | 'typing' | 'conversation_added' | 'conversation_removed', true> = {
  message_created: true,
  message_deleted: true,
  event_created: true,
  participant_added: true,
  participant_removed: true,
  message_stream_delta: true,
  message_stream_complete: true,
  message_stream_abort: true,
  typing: true,
  conversation_added: true,
  conversation_removed: true,
}

/** Converts any value to a signal; never throws. Unrecognized values become `unknown` signals. */
export function toSignal(value: unknown, id: string | undefined): UserSignal {
  const isKnown =
    isObject(value) && isObject(value['data']) && Object.hasOwn(signalTypes, String(value['type']))
  const signal = isKnown ? { type: value['type'], data: value['data'] } : { type: 'unknown', data: value }
  // The fields of a known signal are trusted: checking them would add a schema library to every browser bundle.
  return (id === undefined ? signal : { ...signal, id }) as UserSignal
}

/**
 * Identifies repeated signals. A message has the same key as a signal and as an item of `listMessages`, which has no
 * position.
 */
export function dedupeKey({ type, data, id }: UserSignal): string | undefined {
  const hasDataId = (type === 'message_created' || type === 'event_created') && data.id
  return hasDataId ? `${type} ${data.id}` : id
}
