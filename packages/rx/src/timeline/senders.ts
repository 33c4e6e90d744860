import type { ChatMessage, MessageOrigin, Sender, StoredMessage } from './chat-message.ts'
import type { MutableTimeline } from './timeline.ts'

/** Whose message it is, for a new message. */
export function getOrigin({ userId: ownId, senders }: OriginFields, userId: string): MessageOrigin {
  const sender = senders.get(userId)
  return { isOwn: userId === ownId, ...(sender && { sender }) }
}

type OriginFields = Pick<MutableTimeline, 'userId' | 'senders'>

/** Adds profiles, and replaces the messages of these users. All other messages remain the same objects. */
export function reduceSenders(timeline: MutableTimeline, loaded: readonly Sender[]): void {
  const changed = new Map(
    loaded
      .filter((sender) => JSON.stringify(sender) !== JSON.stringify(timeline.senders.get(sender.id)))
      .map((sender) => [sender.id, sender]),
  )
  if (changed.size === 0) return
  timeline.senders = new Map([...timeline.senders, ...changed])

  const replacements = new Map<ChatMessage, ChatMessage>()
  function replace<Item extends ChatMessage>(list: readonly Item[]): readonly Item[] {
    if (!list.some(({ userId }) => changed.has(userId))) return list
    return list.map((message) => {
      const sender = changed.get(message.userId)
      const next = sender ? { ...message, sender } : message
      replacements.set(message, next)
      return next
    })
  }
  timeline.streaming = replace(timeline.streaming)
  timeline.pending = replace(timeline.pending)
  const storedChunks = timeline.storedChunks.map((chunk) => replace(chunk))
  const duplicates = timeline.duplicates.map((chunk) => replace(chunk))
  if (replacements.size === 0) return
  timeline.storedChunks = storedChunks
  timeline.duplicates = duplicates

  const index = new Map<string, readonly StoredMessage[]>()
  for (const layer of [...timeline.index.layers, timeline.index.changes])
    for (const [key, messages] of layer)
      index.set(
        key,
        messages.map((message) => (replacements.get(message) ?? message) as StoredMessage),
      )
  timeline.index = { layers: [], changes: index }
}
