import type { InferNamed } from '../contract/infer.ts'
import type { SignalType, WireSignal } from '../contract/models.ts'
import { isObject } from '../http/read-answer.ts'

/** A signal of a conversation, told apart by `type`. `id` is its place in the stream, where the server gives one. */
export type ChatSignal =
  | ((WireSignal | InferNamed<'TypingSignal'>) & { id?: string })
  | Discontinuity
  | UnknownSignal

/** A signal of any conversation of a user, and of conversations that come and go. */
export type UserSignal = ChatSignal | (InferNamed<'ConversationSignal'> & { id?: string })

/**
 * From here something may be missing that the stream cannot bring: the server has no replay (`no_replay`), or does not know any
 * more what was missed (`reset`). It is the client's own; no server sends it.
 */
export interface Discontinuity {
  type: 'discontinuity'
  data: { conversationId?: string; cause: 'no_replay' | 'reset' }
  id?: never
}

/** A signal of a kind that this version does not know; `data` is what came, parsed where it was JSON. */
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

/** Takes what came for a signal: it never throws, and what it does not know it passes on as unknown. */
export function toSignal(value: unknown, id: string | undefined): UserSignal {
  const isKnown =
    isObject(value) && isObject(value['data']) && Object.hasOwn(signalTypes, String(value['type']))
  const signal = isKnown ? { type: value['type'], data: value['data'] } : { type: 'unknown', data: value }
  // The fields of a known signal are the server's word: checking each one would bring a schema library into every browser.
  return (id === undefined ? signal : { ...signal, id }) as UserSignal
}
