import type { ChatMessage, StoredMessage } from '@parley/rx'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { getMessageText } from '../payloads/message-text.ts'
import type { People } from '../people/people.ts'
import { isolateBidi, getDisplayName } from '../people/person.ts'
import { describeMark, getAnswerMark } from './rows.ts'

export interface AnnouncerProps {
  messages: readonly ChatMessage[]
  isSynced: boolean
  people: People
}

const maxAnnounced = 5

/** Announces complete messages of others to screen readers. The log cannot, as it is virtualized. */
export function Announcer({ messages, isSynced, people }: AnnouncerProps): ReactElement {
  const [announced, setAnnounced] = useState<readonly StoredMessage[]>([])
  /** Time of the newest message that is not announced again. Messages that were there at first are not announced. */
  const announcedUntil = useRef(findNewest(messages)?.createdAt)

  useEffect(() => {
    const newest = findNewest(messages)?.createdAt
    // Before the first page is loaded, every stored message is new.
    const since = announcedUntil.current ?? (isSynced ? (newest ?? '') : '')
    if (isSynced || newest !== undefined) announcedUntil.current = newest ?? since
    const added = messages
      .filter((message) => message.status === 'sent')
      .slice(-maxAnnounced)
      .filter(({ createdAt, isOwn }) => createdAt > since && !isOwn)
    if (added.length > 0) setAnnounced((previous) => [...previous, ...added].slice(-maxAnnounced))
  }, [messages, isSynced, people])

  return (
    <div aria-live="polite" aria-relevant="additions" className="sr-only" data-testid="announcer">
      {announced.map((message) => (
        <p key={message.id}>
          {isolateBidi(getDisplayName(message.sender ?? people.get(message.userId)))}:{' '}
          {getMessageText(message.payload)}
          {describeMark(getAnswerMark(message, people.bot?.id))}
        </p>
      ))}
    </div>
  )
}

function findNewest(messages: readonly ChatMessage[]): StoredMessage | undefined {
  return messages.findLast((message) => message.status === 'sent')
}
