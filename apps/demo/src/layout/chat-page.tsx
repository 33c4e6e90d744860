import type { ConnectedUser } from '@parley/core'
import { useConversations, useInboxConnection } from '@parley/react'
import type { InboxConversation } from '@parley/rx'
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react'
import { ConversationList } from '../conversations/conversation-list.tsx'
import type { LeaveOrDeleteRequest } from '../conversations/leave-or-delete-dialog.tsx'
import type { PageStorage } from '../page/page-storage.ts'
import { navigate, type Route } from '../page/route.ts'
import { createKnownPeople, createParticipantCache } from '../people/participant-cache.ts'
import { ProfileButton } from '../people/profile-button.tsx'
import { ConnectionBanner } from '../thread/connection-banner.tsx'
import { getErrorMessage } from '../ui/error-message.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { useToast } from '../ui/toasts.tsx'
import { preloadParts } from './lazy-parts.ts'
import { OpenConversation } from './open-conversation.tsx'
import { isWideScreen, useInitialRoute } from './use-initial-route.ts'

export interface ChatPageProps {
  me: ConnectedUser
  storage: PageStorage
  route: Route
  isShowingPeople: boolean
  onPeople: (isShown: boolean) => void
  onInspect: () => void
  /** Called when the user and all their data are deleted. */
  onUserDeleted: () => void
}

const noneVisible = { visible: [] }

const LeaveOrDeleteDialog = lazyPart(
  async () => (await import('../conversations/leave-or-delete-dialog.tsx')).LeaveOrDeleteDialog,
  ({ request }) => request !== undefined,
)
const ProfileDialog = lazyPart(
  async () => (await import('../people/profile-dialog.tsx')).ProfileDialog,
  ({ isOpen }) => isOpen,
)
const DeleteUserDialog = lazyPart(
  async () => (await import('../people/profile-dialog.tsx')).DeleteUserDialog,
  ({ isOpen }) => isOpen,
)

/** The conversation list, and the open conversation. */
export function ChatPage(props: ChatPageProps): ReactElement {
  const { me, storage, route, isShowingPeople, onPeople, onInspect, onUserDeleted } = props
  const { create, conversations, isLoading, error } = useConversations(noneVisible)
  const isLoaded = !isLoading && error === undefined
  const participantCache = useMemo(
    () => createParticipantCache(me, createKnownPeople(storage, me.user.id)),
    [me, storage],
  )
  const toast = useToast()
  const [isCreating, setIsCreating] = useState(false)
  const [leaveOrDelete, setLeaveOrDelete] = useState<LeaveOrDeleteRequest>()
  const [isProfileOpen, setIsProfileOpen] = useState(false)
  const [isDeleting, setIsDeleting] = useState(false)
  /** The conversation that is being left or deleted. */
  const [removingId, setRemovingId] = useState<string>()
  const openId = route.page === 'conversation' ? route.id : undefined
  useInitialRoute({ me, storage, route, conversations, isLoaded, removingId })
  useUnreadTitle(conversations, openId)
  useReturnFocus(openId)
  const isListOnly = route.page === 'conversations' && isLoaded && !isWideScreen()
  useEffect(() => {
    if (isListOnly) preloadParts()
  }, [isListOnly])

  function changeRemoving(id: string | undefined): void {
    setRemovingId(id)
    if (id !== undefined && id === openId) navigate({ page: 'conversations' }, { shouldReplace: true })
  }

  async function startConversation(): Promise<void> {
    setIsCreating(true)
    try {
      const { id } = await create()
      navigate({ page: 'conversation', id })
    } catch (error) {
      toast(`Unable to start a conversation. ${getErrorMessage(error)}`)
    } finally {
      setIsCreating(false)
    }
  }

  return (
    <main className="relative flex min-h-0 min-w-0 flex-1">
      <section
        aria-label="Your conversations"
        className={`flex min-h-0 w-full shrink-0 flex-col border-line bg-surface/40 md:w-76 md:border-e xl:w-84 ${openId === undefined ? '' : 'max-md:hidden'}`}
      >
        {/* An open conversation reports its own connection. */}
        {openId === undefined && <InboxConnectionBanner />}
        <div className="min-h-0 flex-1">
          <ConversationList
            participantCache={participantCache}
            currentId={openId}
            isPrimary={openId === undefined}
            isCreating={isCreating}
            onCreate={() => void startConversation()}
            onDelete={(id) => setLeaveOrDelete({ id, isDeletion: true })}
            onLeave={(id) => setLeaveOrDelete({ id, isDeletion: false })}
          />
        </div>
        <ProfileButton onClick={() => setIsProfileOpen(true)} />
      </section>
      <div className={`relative flex min-w-0 flex-1 ${openId === undefined ? 'max-md:hidden' : ''}`}>
        {openId === undefined ? (
          <p className="m-auto p-8 text-center text-sm text-soft">
            {isLoaded && conversations.length === 0
              ? 'Start a conversation to chat.'
              : 'Select a conversation.'}
          </p>
        ) : (
          <OpenConversation
            key={openId}
            conversationId={openId}
            participantCache={participantCache}
            isShowingPeople={isShowingPeople}
            onPeople={onPeople}
            onInspect={onInspect}
            onDelete={() => setLeaveOrDelete({ id: openId, isDeletion: true })}
            onLeave={() => setLeaveOrDelete({ id: openId, isDeletion: false })}
            onProfile={() => setIsProfileOpen(true)}
          />
        )}
      </div>
      <LeaveOrDeleteDialog
        request={leaveOrDelete}
        onClose={() => setLeaveOrDelete(undefined)}
        onRemovingChange={changeRemoving}
      />
      <ProfileDialog
        isOpen={isProfileOpen}
        onOpenChange={setIsProfileOpen}
        onDelete={() => setIsDeleting(true)}
      />
      <DeleteUserDialog me={me} isOpen={isDeleting} onOpenChange={setIsDeleting} onDeleted={onUserDeleted} />
    </main>
  )
}

const maxFrames = 30

/** Returns the focus to the list row of the conversation that was left, on screens that show only one of the two. */
function useReturnFocus(openId: string | undefined): void {
  const previousId = useRef(openId)
  useEffect(() => {
    const leftId = previousId.current
    previousId.current = openId
    const isLost = document.activeElement === document.body
    if (leftId === undefined || openId !== undefined || !isLost) return undefined

    let frame = 0
    let count = 0
    // The virtualizer measures a hidden row before it shows it, and only a visible row can be focused.
    function focus(): void {
      const link = document.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(leftId ?? '')}"]`)
      link?.focus()
      if (document.activeElement !== link && ++count < maxFrames) frame = requestAnimationFrame(focus)
    }
    focus()
    return () => cancelAnimationFrame(frame)
  }, [openId])
}

function InboxConnectionBanner(): ReactElement {
  const { reconnectNow, ...connection } = useInboxConnection()
  return (
    <ConnectionBanner
      connection={connection}
      hint="The list is updated when the connection is restored."
      onReconnect={reconnectNow}
    />
  )
}

/** Shows the number of unread conversations in the document title. */
function useUnreadTitle(conversations: readonly InboxConversation[], openId: string | undefined): void {
  const count = conversations.filter(({ id, unread = 0 }) => unread > 0 && id !== openId).length
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Parley` : 'Parley'
  }, [count])
}
