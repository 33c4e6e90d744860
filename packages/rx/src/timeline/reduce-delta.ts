import type { WireSignal } from '@parley/core'
import type { StreamingMessage } from './chat-message.ts'
import { findIndexed, indexKeyForStream, streamKey } from './message-index.ts'
import { compareStrings } from './position.ts'
import { getOrigin } from './reduce-senders.ts'
import { reject } from './reject.ts'
import { dropStaleStreams } from './stale-streams.ts'
import { hasTombstone } from './stored-messages.ts'
import type { MutableTimeline } from './timeline.ts'

type Delta = Extract<WireSignal, { type: 'message_stream_delta' }>['data']

/**
 * Appends a delta to a streaming message. The first delta that a client receives contains the whole text so far. If a
 * delta is missing, the text stays as it is: it is replaced by the stored message later.
 */
export function reduceDelta(timeline: MutableTimeline, data: Delta): void {
  const { delta: _delta, clientMessageId: _clientMessageId, ...fields } = data
  const { streamId, userId, sequence } = fields
  const key = streamKey(streamId, userId)
  const previous = timeline.streaming.find((message) => message.key === key)
  const text = appendDelta(previous && { sequence: previous.sequence, delta: previous.payload.text }, data)
  if (text === undefined || (!previous && isEnded(timeline, fields))) return

  const payload = { type: 'text', text } as const
  const origin = previous ?? getOrigin(timeline, userId)
  const next: StreamingMessage = { ...fields, ...origin, key, status: 'streaming', sequence, payload }
  if (!previous) dropStaleStreams(timeline, userId)
  timeline.streaming = [...reject(timeline.streaming, (message) => message === previous), next].sort(
    (a, b) => compareStrings(a.createdAt, b.createdAt) || compareStrings(a.key, b.key),
  )
}

type TextPiece = Pick<Delta, 'sequence' | 'delta'>

/**
 * Returns the text with one more delta, or undefined if the delta is old or does not follow. Without a text so far, or
 * if the stream is stale, the delta is the whole text.
 */
export function appendDelta(
  soFar: TextPiece | undefined,
  { sequence, delta }: TextPiece,
): string | undefined {
  if (!soFar || soFar.sequence < 0) return delta
  if (sequence <= soFar.sequence) return undefined
  if (sequence === soFar.sequence + 1) return soFar.delta + delta
  return delta.startsWith(soFar.delta) ? delta : undefined
}

/** A late delta must not bring back a finished or deleted message. */
function isEnded(
  timeline: MutableTimeline,
  { streamId, userId }: Pick<Delta, 'streamId' | 'userId'>,
): boolean {
  const key = streamKey(streamId, userId)
  return (
    hasTombstone(timeline, streamId) ||
    hasTombstone(timeline, key) ||
    findIndexed(timeline, indexKeyForStream(key)).length > 0
  )
}
