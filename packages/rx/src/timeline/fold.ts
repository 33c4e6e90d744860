import { doubtWritten, dropDoubted } from './doubted.ts'
import { foldDelta } from './fold-delta.ts'
import { foldPage } from './fold-page.ts'
import { foldSend } from './fold-send.ts'
import { idName, named } from './names.ts'
import { add, bury, forbid, remove } from './sent-messages.ts'
import type { TimelineInput } from './timeline-input.ts'
import { draftOf, finishDraft, type Draft, type Timeline } from './timeline.ts'
import { without } from './without.ts'

/**
 * What a timeline becomes by one input: the only place where it changes.
 *
 * Pure and idempotent: an input that says nothing new gives back the same timeline. It does not matter which comes first, the
 * echo of a message or the answer to its request, nor whether a page and a signal bring the same. The server's times give the
 * order, never a client's.
 */
export function fold(timeline: Timeline, input: TimelineInput): Timeline {
  const draft = draftOf(timeline)
  apply(draft, input)
  return finishDraft(draft, timeline)
}

function apply(draft: Draft, input: TimelineInput): void {
  switch (input.type) {
    case 'page':
      return foldPage(draft, input)
    case 'doubt':
      return doubtWritten(draft)
    case 'announced':
      return dropDoubted(draft)
    case 'message_created': {
      const { isBot: _, ...message } = input.data
      return add(draft, message)
    }
    case 'message_stream_complete':
      return add(draft, input.data.message, { streamId: input.data.streamId })
    case 'message_deleted': {
      const { id } = input.data
      const [message] = named(draft, idName(input.data))
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
      draft.written = without(draft.written, (each) => each.streamId === streamId)
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
