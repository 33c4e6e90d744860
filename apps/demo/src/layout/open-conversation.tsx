import { useConnection, useConversations } from '@parley/react'
import { useEffect, useState, useSyncExternalStore, type ReactElement } from 'react'
import type { ParticipantCache } from '../people/participant-cache.ts'
import { usePeople } from '../people/people.ts'
import { Thread } from '../thread/thread.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { loadPeople, preloadParts } from './lazy-parts.ts'

export interface OpenConversationProps {
  conversationId: string
  participantCache: ParticipantCache
  isShowingPeople: boolean
  onPeople: (isShown: boolean) => void
  onInspect: () => void
  onDelete: () => void
  onLeave: () => void
  onProfile: () => void
}

const PeoplePanel = lazyPart(loadPeople)
const noneVisible = { visible: [] }

/** The open conversation, with its people panel. */
export function OpenConversation(props: OpenConversationProps): ReactElement | null {
  const {
    conversationId,
    participantCache,
    isShowingPeople,
    onPeople,
    onInspect,
    onDelete,
    onLeave,
    onProfile,
  } = props
  const people = usePeople(conversationId, participantCache)
  const [isAtEnd, setIsAtEnd] = useState(true)
  useMarkVisibleAsRead(conversationId, isAtEnd)

  const participants = people?.participants
  useEffect(() => {
    if (participants && participants.length > 0) participantCache.set(conversationId, participants)
  }, [participantCache, conversationId, participants])

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
        onDisplayed={preloadParts}
        onAtEnd={setIsAtEnd}
      />
      {isShowingPeople && (
        <div className="side-panel lg:w-84">
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

/** Marks the conversation as read while its newest messages are visible. */
function useMarkVisibleAsRead(conversationId: string, isAtEnd: boolean): void {
  const { conversations, markRead } = useConversations(noneVisible)
  const isVisible = useIsPageVisible()
  const item = conversations.find(({ id }) => id === conversationId)
  const { isSynced } = useConnection(conversationId)
  // Undefined while the list has not counted yet. The user may leave before that, having seen the messages.
  const mayHaveUnread = item !== undefined && item.unread !== 0
  // Runs again for each activity: between two messages the count can be 0 too briefly to cause a render.
  const activity = item && `${item.conversation.updatedAt} ${item.lastMessage?.id} ${item.unread}`
  useEffect(() => {
    if (mayHaveUnread && isSynced && isAtEnd && isVisible) markRead(conversationId)
  }, [mayHaveUnread, activity, isSynced, isAtEnd, isVisible, conversationId, markRead])
}

/** Whether the page is visible, as opposed to in a background tab. */
function useIsPageVisible(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      document.addEventListener('visibilitychange', onChange)
      return () => document.removeEventListener('visibilitychange', onChange)
    },
    () => !document.hidden,
  )
}
