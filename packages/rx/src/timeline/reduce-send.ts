import type { PendingMessage } from './chat-message.ts'
import { findIndexed, indexKeyForKey } from './message-index.ts'
import { getOrigin } from './reduce-senders.ts'
import { reject } from './reject.ts'
import { addStored, addTombstone, hasTombstone } from './stored-messages.ts'
import type { QueuedAction, QueuedMessage, SendAction } from './timeline-action.ts'
import type { MutableTimeline } from './timeline.ts'

/** Applies a step in sending an own message. Has no effect on a message that is already stored, such as by its echo. */
export function reduceSend(timeline: MutableTimeline, action: SendAction): void {
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
function enqueue(timeline: MutableTimeline, { messages, isRestored }: QueuedAction): void {
  const { pending, streaming } = timeline
  const ranks = new Map(messages.map(({ key }, index) => [key, index]))
  const displayedKeys = new Set([...pending, ...streaming].map(({ key }) => key))
  const added = messages.filter(
    ({ key }) =>
      !(
        hasTombstone(timeline, key) ||
        displayedKeys.has(key) ||
        findIndexed(timeline, indexKeyForKey(key))[0]
      ),
  )
  if (!added[0]) return
  const all = [...pending, ...added.map((message) => toPendingMessage(timeline, message))]
  const getRank = ({ key }: PendingMessage): number => ranks.get(key) ?? messages.length
  // Restored messages precede all others.
  timeline.pending =
    isRestored || pending.some(({ key }) => ranks.has(key))
      ? all.sort((a, b) => getRank(a) - getRank(b))
      : all
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
