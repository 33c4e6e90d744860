import type { WireSignal } from '@parley/core'
import type { WrittenMessage } from './chat-message.ts'
import { order } from './position.ts'
import { nameOfStream, textOf, type Draft } from './sent-messages.ts'

type Delta = Extract<WireSignal, { type: 'message_stream_delta' }>['data']

/**
 * Puts a piece to the message that is being written. The first piece that is seen is the whole text so far, wherever the stream
 * stands. Where a piece is missing the text stays as it is: better short than wrong, and the whole message is to come.
 */
export function foldDelta(draft: Draft, { streamId, userId, sequence, delta, ...rest }: Delta): void {
  const isThis = (each: WrittenMessage): boolean => each.streamId === streamId && each.userId === userId
  const former = draft.written.find(isThis)
  const text = former ? grownText(former.payload.text, former.sequence, { sequence, delta }) : delta
  if (text === undefined || (!former && isEnded(draft, streamId, userId))) return

  const { conversationId, createdAt } = rest
  const key = nameOfStream(streamId, userId)
  const written: WrittenMessage = {
    ...(former ?? { key, status: 'being_written', streamId, conversationId, userId, createdAt }),
    sequence,
    payload: { type: 'text', text },
  }
  draft.written = former
    ? draft.written.map((each) => (each === former ? written : each))
    : [...draft.written, written].sort(
        (one, other) => order(one.createdAt, other.createdAt) || order(one.key, other.key),
      )
}

/** The text with one more piece; undefined where the piece is an old one, or does not follow. */
export function grownText(
  text: string,
  last: number,
  { sequence, delta }: Pick<Delta, 'sequence' | 'delta'>,
): string | undefined {
  if (sequence <= last) return undefined
  if (sequence === last + 1) return text + delta
  return delta.startsWith(text) ? delta : undefined
}

/** A late piece does not bring a message back to life. Asked once a stream, so the search may go through all messages. */
function isEnded({ gone, sent, copies }: Draft, streamId: string, userId: string): boolean {
  const isFinal = (message: (typeof sent)[number]): boolean =>
    message.userId === userId && textOf(message, 'streamId') === streamId
  return (
    gone.has(streamId) ||
    gone.has(nameOfStream(streamId, userId)) ||
    sent.findLast(isFinal) !== undefined ||
    copies.some(isFinal)
  )
}
