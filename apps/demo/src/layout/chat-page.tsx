import type { ConnectedUser } from '@parley/core'
import { useConversations } from '@parley/react'
import { useEffect, useMemo, useState, type ReactElement } from 'react'
import { ConversationList } from '../conversations/conversation-list.tsx'
import { createNameBook } from '../conversations/name-book.ts'
import { createKnownPeople } from '../people/known-people.ts'
import { ProfileButton } from '../people/profile-button.tsx'
import { errorMessage } from '../ui/error-message.tsx'
import { late } from '../ui/late.tsx'
import { useToast } from '../ui/toasts.tsx'
import { goTo } from './go-to.ts'
import { OpenConversation } from './open-conversation.tsx'
import type { PageStorage } from './page-storage.ts'
import type { Parting } from './part-dialog.tsx'
import { preloadParts } from './preload-parts.ts'
import type { Route } from './route.ts'
import { useReturnFocus } from './use-return-focus.ts'
import { isWide, useStart } from './use-start.ts'
import { useUnreadTitle } from './use-unread-title.ts'

export interface ChatPageProps {
  me: ConnectedUser
  storage: PageStorage
  route: Route
  isShowingPeople: boolean
  onPeople: (isShown: boolean) => void
  onInspect: () => void
  /** Called when everything of the user is gone. */
  onUserDeleted: () => void
}

const noneInView = { visible: [] }

const PartDialog = late(
  async () => (await import('./part-dialog.tsx')).PartDialog,
  ({ parting }) => parting !== undefined,
)
const ProfileDialog = late(
  async () => (await import('../people/profile-dialog.tsx')).ProfileDialog,
  ({ isOpen }) => isOpen,
)
const DeleteUserDialog = late(
  async () => (await import('../people/delete-user-dialog.tsx')).DeleteUserDialog,
  ({ isOpen }) => isOpen,
)

/** The conversations of a user, and the one that is open. */
export function ChatPage(props: ChatPageProps): ReactElement {
  const { me, storage, route, isShowingPeople, onPeople, onInspect, onUserDeleted } = props
  const { create, conversations } = useConversations(noneInView)
  const names = useMemo(() => createNameBook(me, createKnownPeople(storage, me.user.id)), [me, storage])
  const toast = useToast()
  const [isCreating, setIsCreating] = useState(false)
  const [parting, setParting] = useState<Parting>()
  const [isProfileOpen, setIsProfileOpen] = useState(false)
  const [isDeleting, setIsDeleting] = useState(false)
  /** The one that is about to go. */
  const [goingId, setGoingId] = useState<string>()
  const openId = route.page === 'conversation' ? route.id : undefined
  useStart({ me, storage, route, conversations, goingId })
  useUnreadTitle(conversations, openId)
  useReturnFocus(openId)
  const isListAlone = route.page === 'conversations' && conversations !== undefined && !isWide()
  useEffect(() => {
    if (isListAlone) preloadParts()
  }, [isListAlone])

  function part(id: string | undefined): void {
    setGoingId(id)
    if (id !== undefined && id === openId) goTo({ page: 'conversations' }, { isReplaced: true })
  }

  async function startConversation(): Promise<void> {
    setIsCreating(true)
    try {
      const { id } = await create()
      goTo({ page: 'conversation', id })
    } catch (error) {
      toast(`Unable to start a conversation. ${errorMessage(error)}`)
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
        <div className="min-h-0 flex-1">
          <ConversationList
            names={names}
            currentId={openId}
            isAlone={openId === undefined}
            isCreating={isCreating}
            onCreate={() => void startConversation()}
            onDelete={(id) => setParting({ id, isDeleted: true })}
            onLeave={(id) => setParting({ id, isDeleted: false })}
          />
        </div>
        <ProfileButton onClick={() => setIsProfileOpen(true)} />
      </section>
      <div className={`relative flex min-w-0 flex-1 ${openId === undefined ? 'max-md:hidden' : ''}`}>
        {openId === undefined ? (
          <p className="m-auto p-8 text-center text-sm text-soft">
            {conversations && conversations.length === 0
              ? 'Start a conversation to chat.'
              : 'Choose a conversation.'}
          </p>
        ) : (
          <OpenConversation
            key={openId}
            conversationId={openId}
            names={names}
            isShowingPeople={isShowingPeople}
            onPeople={onPeople}
            onInspect={onInspect}
            onDelete={() => setParting({ id: openId, isDeleted: true })}
            onLeave={() => setParting({ id: openId, isDeleted: false })}
            onProfile={() => setIsProfileOpen(true)}
          />
        )}
      </div>
      <PartDialog parting={parting} onClose={() => setParting(undefined)} onPart={part} />
      <ProfileDialog
        isOpen={isProfileOpen}
        onOpenChange={setIsProfileOpen}
        onDelete={() => setIsDeleting(true)}
      />
      <DeleteUserDialog me={me} isOpen={isDeleting} onOpenChange={setIsDeleting} onDeleted={onUserDeleted} />
    </main>
  )
}
