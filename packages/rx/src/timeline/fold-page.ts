import { order, placeOf } from './position.ts'
import { add, remove, type Draft } from './sent-messages.ts'
import type { PageInput } from './timeline-input.ts'

/** Puts listed messages in, and takes out what should be among them and is not: it was deleted, and nobody said so. */
export function foldPage(draft: Draft, { messages, asked, below, isEnd, isBeyondGap }: PageInput): void {
  const oldest = messages.at(-1)
  // That the newest come first is experience and no promise: a list in another order says nothing of what is not in it.
  const isOrdered = messages.every((message, index) => {
    const former = messages[index - 1]
    return !former || order(former.createdAt, message.createdAt) >= 0
  })
  if (isOrdered && (oldest || isEnd)) {
    const listed = new Set(messages.map(({ id }) => id))
    for (const list of [asked.sent, asked.copies]) {
      const from = isEnd || !oldest ? 0 : placeOf(list, oldest)
      const to = below ? placeOf(list, below) : list.length
      for (const message of list.slice(from, to)) if (!listed.has(message.id)) remove(draft, message)
    }
    if (isBeyondGap && oldest) {
      for (const message of draft.sent.slice(0, placeOf(draft.sent, oldest))) remove(draft, message)
    }
  }
  for (const message of messages) add(draft, message)
}
