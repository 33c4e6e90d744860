import { useConnection, useConversations } from '@parley/react'
import { useEffect, useState, type ReactElement } from 'react'
import type { NameBook } from '../conversations/name-book.ts'
import { loadPeople } from '../people/load-people.ts'
import { usePeople } from '../people/use-people.ts'
import { Thread } from '../thread/thread.tsx'
import { late } from '../ui/late.tsx'
import { panelColumn } from './panel-column.ts'
import { useIsVisible } from './use-is-visible.ts'

export interface OpenConversationProps {
  conversationId: string
  names: NameBook
  isShowingPeople: boolean
  onPeople: (isShown: boolean) => void
  onInspect: () => void
  onDelete: () => void
  onLeave: () => void
  onProfile: () => void
}

const PeoplePanel = late(loadPeople)
const noneInView = { visible: [] }

/** One conversation, with its people beside it. */
export function OpenConversation(props: OpenConversationProps): ReactElement | null {
  const { conversationId, names, isShowingPeople, onPeople, onInspect, onDelete, onLeave, onProfile } = props
  const people = usePeople(conversationId, names)
  const [isAtEnd, setIsAtEnd] = useState(true)
  useReading(conversationId, isAtEnd)

  const participants = people?.participants
  useEffect(() => {
    if (participants && participants.length > 0) names.put(conversationId, participants)
  }, [names, conversationId, participants])

  if (!people) return null
  return (
    <>
      <Thread
        conversationId={conversationId}
        people={people}
        isShowingPeople={isShowingPeople}
        onPeople={() => onPeople(!isShowingPeople)}
        onInspect={onInspect}
        onDelete={onDelete}
        onLeave={onLeave}
        onAtEnd={setIsAtEnd}
      />
      {isShowingPeople && (
        <div className={panelColumn}>
          <PeoplePanel
            conversationId={conversationId}
            people={people}
            onClose={() => onPeople(false)}
            onLeave={onLeave}
            onProfile={onProfile}
          />
        </div>
      )}
    </>
  )
}

/** Marks what somebody has before their eyes as read. */
function useReading(conversationId: string, isAtEnd: boolean): void {
  const { conversations, markRead } = useConversations(noneInView)
  const isVisible = useIsVisible()
  const entry = conversations?.find(({ id }) => id === conversationId)
  const { isSynced } = useConnection(conversationId)
  // The list counts only what it has loaded: who leaves before that has seen all the same what the log shows.
  const mayBeUnread = entry !== undefined && entry.unread !== 0
  // With each activity anew: between two messages the count may be 0 for so short a time that nobody sees it.
  const activity = entry && `${entry.conversation.updatedAt} ${entry.lastMessage?.id} ${entry.unread}`
  useEffect(() => {
    if (mayBeUnread && isSynced && isAtEnd && isVisible) markRead(conversationId)
  }, [mayBeUnread, activity, isSynced, isAtEnd, isVisible, conversationId, markRead])
}
