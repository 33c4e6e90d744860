import { flatten } from './chunks.ts'
import { beginning, placeOf } from './position.ts'
import { add, remove } from './sent-messages.ts'
import type { PageInput } from './timeline-input.ts'
import type { Draft } from './timeline.ts'

/** Puts listed messages in, and takes out what should be among them and is not: it was deleted, and nobody said so. */
export function foldPage(draft: Draft, { messages, asked, below, isEnd }: PageInput): void {
  const oldest = isEnd ? beginning : messages.at(-1)
  // That the newest come first is experience and no promise: a list in another order says nothing of what is not in it.
  const isOrdered = messages.every(
    ({ createdAt }, index) => createdAt <= (messages[index - 1]?.createdAt ?? createdAt),
  )
  if (isOrdered && oldest) {
    const listed = new Set(messages.map(({ id }) => id))
    for (const list of [asked.sent, flatten(asked.copies)]) {
      const to = below ? placeOf(list, below) : list.length
      for (const message of list.slice(placeOf(list, oldest), to))
        if (!listed.has(message.id)) remove(draft, message)
    }
  }
  for (const message of messages) add(draft, message)
}
