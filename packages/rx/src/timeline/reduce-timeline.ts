import type { WireSignal } from '@parley/core'
import type { PendingMessage, StreamingMessage } from './chat-message.ts'
import { compareStrings, flatten, lowerBound, reject, startPosition } from './chunks.ts'
import { getOrigin, reduceSenders } from './senders.ts'
import {
  addStored,
  addTombstone,
  dropStaleStreams,
  findIndexed,
  hasTombstone,
  indexKeyForId,
  indexKeyForKey,
  indexKeyForStream,
  removeStored,
  streamKey,
  tombstoneMessage,
} from './stored-messages.ts'
import {
  finishTimeline,
  toMutable,
  type MutableTimeline,
  type PageAction,
  type QueuedAction,
  type QueuedMessage,
  type SendAction,
  type Timeline,
  type TimelineAction,
} from './timeline.ts'

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

/** Adds listed messages, and removes messages that the listed range no longer contains: their deletion was missed. */
function reducePage(timeline: MutableTimeline, { messages, snapshot, before, isEnd }: PageAction): void {
  const oldest = isEnd ? startPosition : messages.at(-1)
  // The API does not guarantee "newest first". In any other order, a missing message is not a deleted one.
  const isOrdered = messages.every(
    ({ createdAt }, index) => createdAt <= (messages[index - 1]?.createdAt ?? createdAt),
  )
  if (isOrdered && oldest) {
    const listed = new Set(messages.map(({ id }) => id))
    for (const list of [snapshot.stored, flatten(snapshot.duplicates)]) {
      const end = before ? lowerBound(list, before) : list.length
      for (const message of list.slice(lowerBound(list, oldest), end))
        if (!listed.has(message.id)) removeStored(timeline, message)
    }
  }
  for (const message of messages) addStored(timeline, message)
}

/** Applies a step in sending an own message. Has no effect on a message that is already stored, such as by its echo. */
function reduceSend(timeline: MutableTimeline, action: SendAction): void {
  if (action.type === 'queued') return enqueue(timeline, action)
  const { type, key } = action
  // Another tab may not know of it yet, and announce the message as pending.
  if (type === 'discarded') addTombstone(timeline, key)
  const pending = timeline.pending.find((message) => message.key === key)
  if (!pending) return
  if (type === 'sent') return addStored(timeline, action.message, { key })

  const { error, ...rest } = pending
  const others = reject(timeline.pending, (message) => message === pending)
  if (type === 'discarded') timeline.pending = others
  else if (type === 'retried' && error) timeline.pending = [...others, { ...rest, status: 'sending' }]
  else if (type === 'failed' && !error)
    timeline.pending = timeline.pending.map((message) =>
      message === pending ? { ...rest, status: 'failed', error: action.error } : message,
    )
}

/** Adds the unknown messages of a list, in its order. Some of its messages may already be pending. */
function enqueue(timeline: MutableTimeline, { messages, isNew, isRestored }: QueuedAction): void {
  const { pending, streaming } = timeline
  const ranks = new Map(messages.map(({ key }, index) => [key, index]))
  // Thousands may be pending: not searched without need.
  const known = isNew ? [] : [...streaming, ...pending].filter(({ key }) => ranks.has(key))
  const displayedKeys = new Set(known.map(({ key }) => key))
  const added = messages.filter(
    ({ key }) =>
      !(
        hasTombstone(timeline, key) ||
        displayedKeys.has(key) ||
        findIndexed(timeline, indexKeyForKey(key))[0]
      ),
  )
  if (!added[0]) return
  // Spreading takes several times as long.
  const all = pending.concat(added.map((message) => toPendingMessage(timeline, message)))
  const getRank = ({ key }: PendingMessage): number => ranks.get(key) ?? messages.length
  // Restored messages precede all others.
  timeline.pending = isRestored || displayedKeys.size > 0 ? all.sort((a, b) => getRank(a) - getRank(b)) : all
}

function toPendingMessage(
  timeline: MutableTimeline,
  { key, payload, metadata, error }: QueuedMessage,
): PendingMessage {
  const { conversationId, userId } = timeline
  const message = {
    key,
    conversationId,
    userId,
    payload,
    metadata: { ...metadata, clientMessageId: key },
    ...getOrigin(timeline, userId),
  }
  return error ? { ...message, status: 'failed', error } : { ...message, status: 'sending' }
}

type Delta = Extract<WireSignal, { type: 'message_stream_delta' }>['data']

/**
 * Appends a delta to a streaming message. The first delta that a client receives contains the whole text so far. If a
 * delta is missing, the text stays as it is: it is replaced by the stored message later.
 */
function reduceDelta(timeline: MutableTimeline, data: Delta): void {
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

/** Each connection announces the open streams again. Until then, the text of a stream may be incomplete. */
function markStreamsStale(timeline: MutableTimeline): void {
  if (timeline.streaming.some(({ sequence }) => sequence >= 0))
    timeline.streaming = timeline.streaming.map((message) => ({ ...message, sequence: -1 }))
}
