import { flatten } from './chunks.ts'
import { lowerBound, startPosition } from './position.ts'
import { addStored, removeStored } from './stored-messages.ts'
import type { PageAction } from './timeline-action.ts'
import type { MutableTimeline } from './timeline.ts'

/** Adds listed messages, and removes messages that the listed range no longer contains: their deletion was missed. */
export function reducePage(
  timeline: MutableTimeline,
  { messages, snapshot, before, isEnd }: PageAction,
): void {
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
