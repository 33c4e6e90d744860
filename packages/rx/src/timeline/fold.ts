import type { ChatMessage } from './chat-message.ts'
import { foldDelta } from './fold-delta.ts'
import { foldPage } from './fold-page.ts'
import { foldSend } from './fold-send.ts'
import { add, bury, forbid, remove, type Draft } from './sent-messages.ts'
import type { TimelineInput } from './timeline-input.ts'
import type { Timeline } from './timeline.ts'

/**
 * What a timeline becomes by one input: the only place where it changes.
 *
 * Pure and idempotent: an input that says nothing new gives back the same timeline. It does not matter which comes first, the
 * echo of a message or the answer to its request, nor whether a page and a signal bring the same. The server's times give the
 * order, never a client's.
 */
export function fold(timeline: Timeline, input: TimelineInput): Timeline {
  const draft: Draft = { ...timeline }
  apply(draft, input)

  const { sent, copies, written, unsent, gone, lost } = draft
  const isAsShown = sent === timeline.sent && written === timeline.written && unsent === timeline.unsent
  if (isAsShown && copies === timeline.copies && gone === timeline.gone) return timeline
  if (isAsShown) return { ...timeline, copies, gone }
  // Not spread: a copy of 50,000 references is to cost next to nothing.
  const messages =
    written.length + unsent.length > 0 ? (sent as readonly ChatMessage[]).concat(written, unsent) : sent
  return { ...timeline, sent, copies, written, unsent, gone, lost, messages }
}

function apply(draft: Draft, input: TimelineInput): void {
  switch (input.type) {
    case 'page':
      return foldPage(draft, input)
    case 'ready':
      if (draft.written.length === 0) return
      draft.lost = new Set([...draft.lost, ...draft.written.map(({ key }) => key)])
      draft.written = []
      return
    case 'message_created': {
      const { isBot: _, ...message } = input.data
      return add(draft, message)
    }
    case 'message_stream_complete':
      return add(draft, input.data.message, { streamId: input.data.streamId })
    case 'message_deleted': {
      const { id } = input.data
      const isDeleted = (message: { id: string }): boolean => message.id === id
      const message = draft.sent.findLast(isDeleted) ?? draft.copies.find(isDeleted)
      forbid(draft, id)
      if (!message) return
      bury(draft, message)
      return remove(draft, message)
    }
    case 'message_stream_delta':
      return foldDelta(draft, input.data)
    case 'message_stream_abort': {
      const { streamId } = input.data
      forbid(draft, streamId)
      if (draft.written.some((each) => each.streamId === streamId))
        draft.written = draft.written.filter((each) => each.streamId !== streamId)
      return
    }
    case 'queued':
    case 'answered':
    case 'failed':
    case 'retried':
    case 'discarded':
      return foldSend(draft, input)
    default:
  }
}
