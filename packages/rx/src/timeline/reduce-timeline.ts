import { findIndexed, indexKeyForId } from './message-index.ts'
import { reduceDelta } from './reduce-delta.ts'
import { reducePage } from './reduce-page.ts'
import { reduceSend } from './reduce-send.ts'
import { reduceSenders } from './reduce-senders.ts'
import { reject } from './reject.ts'
import { dropStaleStreams, markStreamsStale } from './stale-streams.ts'
import { addStored, addTombstone, removeStored, tombstoneMessage } from './stored-messages.ts'
import type { TimelineAction } from './timeline-action.ts'
import { finishTimeline, toMutable, type MutableTimeline, type Timeline } from './timeline.ts'

/**
 * Returns the timeline after one action. No other code changes a timeline.
 *
 * Pure and idempotent: an action without new information returns the same timeline. The result does not depend on
 * whether the echo or the response of a send arrives first, or whether a message arrives by signal or by page. The
 * server's times determine the order, never a client's.
 */
export function reduceTimeline(timeline: Timeline, action: TimelineAction): Timeline {
  const next = toMutable(timeline)
  applyAction(next, action)
  return finishTimeline(next, timeline)
}

function applyAction(timeline: MutableTimeline, action: TimelineAction): void {
  switch (action.type) {
    case 'page':
      return reducePage(timeline, action)
    case 'senders_loaded':
      return reduceSenders(timeline, action.senders)
    case 'streams_stale':
      return markStreamsStale(timeline)
    case 'streams_announced':
      return dropStaleStreams(timeline)
    case 'message_created': {
      const { isBot: _, ...message } = action.data
      return addStored(timeline, message)
    }
    case 'message_stream_complete':
      return addStored(timeline, action.data.message, { streamId: action.data.streamId })
    case 'message_deleted': {
      const { id } = action.data
      const [message] = findIndexed(timeline, indexKeyForId(action.data))
      addTombstone(timeline, id)
      if (!message) return
      tombstoneMessage(timeline, message)
      return removeStored(timeline, message)
    }
    case 'message_stream_delta':
      return reduceDelta(timeline, action.data)
    case 'message_stream_abort': {
      const { streamId } = action.data
      addTombstone(timeline, streamId)
      timeline.streaming = reject(timeline.streaming, (message) => message.streamId === streamId)
      return
    }
    case 'queued':
    case 'sent':
    case 'failed':
    case 'retried':
    case 'discarded':
      return reduceSend(timeline, action)
    default:
  }
}
