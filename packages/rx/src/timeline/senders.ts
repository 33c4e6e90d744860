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

  const replacements = new Map<StoredMessage, StoredMessage>()
  const isAffected = ({ userId }: ChatMessage): boolean => changed.has(userId)
  function update<Item extends ChatMessage>(message: Item): Item {
    const sender = changed.get(message.userId)
    return sender ? { ...message, sender } : message
  }
  function updateStored(message: StoredMessage): StoredMessage {
    const next = update(message)
    if (next !== message) replacements.set(message, next)
    return next
  }
  const updateAll = <Item extends ChatMessage>(
    list: readonly Item[],
    updateOne: (item: Item) => Item = update,
  ): readonly Item[] => (list.some(isAffected) ? list.map(updateOne) : list)

  timeline.streaming = updateAll(timeline.streaming)
  timeline.pending = updateAll(timeline.pending)
  const storedChunks = timeline.storedChunks.map((chunk) => updateAll(chunk, updateStored))
  const duplicates = timeline.duplicates.map((chunk) => updateAll(chunk, updateStored))
  if (replacements.size === 0) return
  timeline.storedChunks = storedChunks
  timeline.duplicates = duplicates

  const index = new Map<string, readonly StoredMessage[]>()
  for (const layer of [...timeline.index.layers, timeline.index.changes])
    for (const [key, messages] of layer)
      index.set(
        key,
        messages.map((message) => replacements.get(message) ?? message),
      )
  timeline.index = { layers: [], changes: index }
}
