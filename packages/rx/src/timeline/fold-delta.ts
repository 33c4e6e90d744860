import type { WireSignal } from '@parley/core'
import type { StreamingMessage } from './chat-message.ts'
import { dropDoubted } from './doubted.ts'
import { finalName, named, nameOfStream } from './names.ts'
import { order } from './position.ts'
import { isGone } from './sent-messages.ts'
import type { Draft } from './timeline.ts'
import { without } from './without.ts'

type Delta = Extract<WireSignal, { type: 'message_stream_delta' }>['data']

/**
 * Puts a piece to the message that is being written. The first piece that is seen is the whole text so far, wherever the stream
 * stands. Where a piece is missing the text stays as it is: better short than wrong, and the whole message is to come.
 */
export function foldDelta(draft: Draft, data: Delta): void {
  const { delta: _delta, clientMessageId: _clientMessageId, ...piece } = data
  const { streamId, userId, sequence } = piece
  const key = nameOfStream(streamId, userId)
  const former = draft.written.find((each) => each.key === key)
  const text = grownText(former && { sequence: former.sequence, delta: former.payload.text }, data)
  if (text === undefined || (!former && isEnded(draft, piece))) return

  const payload = { type: 'text', text } as const
  const written: StreamingMessage = { ...piece, ...former, key, status: 'streaming', sequence, payload }
  if (!former) dropDoubted(draft, userId)
  draft.written = [...without(draft.written, (each) => each === former), written].sort(
    (one, other) => order(one.createdAt, other.createdAt) || order(one.key, other.key),
  )
}

type Piece = Pick<Delta, 'sequence' | 'delta'>

/**
 * The text so far with one more piece; undefined where the piece is an old one, or does not follow. Where there is no text, or
 * nobody knows how far it has come, the piece is the whole.
 */
export function grownText(soFar: Piece | undefined, { sequence, delta }: Piece): string | undefined {
  if (!soFar || soFar.sequence < 0) return delta
  if (sequence <= soFar.sequence) return undefined
  if (sequence === soFar.sequence + 1) return soFar.delta + delta
  return delta.startsWith(soFar.delta) ? delta : undefined
}

/** A late delta must not revive a finished or deleted message. */
function isEnded(draft: Draft, { streamId, userId }: Pick<Delta, 'streamId' | 'userId'>): boolean {
  const stream = nameOfStream(streamId, userId)
  return isGone(draft, streamId) || isGone(draft, stream) || named(draft, finalName(stream)).length > 0
}
