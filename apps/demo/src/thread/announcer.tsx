import type { ChatMessage, StoredMessage } from '@parley/rx'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { messageText } from '../payloads/message-text.ts'
import type { People } from '../people/people.ts'
import { isolate, nameOf } from '../people/person.ts'

export interface AnnouncerProps {
  messages: readonly ChatMessage[]
  isSynced: boolean
  people: People
}

const keptCount = 5

/** Reads out what others say, once it is said: the log itself is drawn in parts, as it is scrolled. */
export function Announcer({ messages, isSynced, people }: AnnouncerProps): ReactElement {
  const [said, setSaid] = useState<readonly StoredMessage[]>([])
  /** The time of the newest message that needs no reading out. What was there before anybody listened needs none. */
  const heardTo = useRef(newestOf(messages)?.createdAt)

  useEffect(() => {
    const newest = newestOf(messages)?.createdAt
    // The first list makes the page in sync: what comes before it is being said just now.
    const after = heardTo.current ?? (isSynced ? (newest ?? '') : '')
    if (isSynced || newest !== undefined) heardTo.current = newest ?? after
    const fresh = messages
      .filter((message) => message.status === 'sent')
      .slice(-keptCount)
      .filter(({ createdAt, userId }) => createdAt > after && userId !== people.me.id)
    if (fresh.length > 0) setSaid((former) => [...former, ...fresh].slice(-keptCount))
  }, [messages, isSynced, people])

  return (
    <div aria-live="polite" aria-relevant="additions" className="sr-only" data-testid="announcer">
      {said.map((message) => (
        <p key={message.id}>
          {isolate(nameOf(people.of(message.userId)))}: {messageText(message.payload)}
        </p>
      ))}
    </div>
  )
}

function newestOf(messages: readonly ChatMessage[]): StoredMessage | undefined {
  return messages.findLast((message) => message.status === 'sent')
}
