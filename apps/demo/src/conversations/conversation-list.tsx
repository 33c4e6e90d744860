import { useConversations, useMessages } from '@parley/react'
import type { StoredMessage } from '@parley/rx'
import { MessageCirclePlus, Search } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useBot } from '../page/server-info-context.ts'
import type { ParticipantCache } from '../people/participant-cache.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ErrorMessage } from '../ui/error-message.tsx'
import { matchesQuery, useConversationItems, type ConversationItem } from './conversation-item.ts'
import { ConversationRow } from './conversation-row.tsx'
import { useRovingFocus } from './use-roving-focus.ts'

export interface ConversationListProps {
  participantCache: ParticipantCache
  currentId: string | undefined
  /** Whether the list is the page's main content. Then its heading is an `h1`. */
  isPrimary: boolean
  isCreating: boolean
  onCreate: () => void
  onDelete: (id: string) => void
  onLeave: (id: string) => void
}

/** Limits how many conversations a search loads. Without a search, only visible rows are loaded. */
const maxSearched = 100
const noItems: readonly never[] = []

/** The user's conversations, most recent activity first. */
export function ConversationList(props: ConversationListProps): ReactElement {
  const { participantCache, currentId, isPrimary, isCreating, onCreate, onDelete, onLeave } = props
  const [query, setQuery] = useState('')
  const [visible, setVisible] = useState<readonly string[]>(noItems)
  const Heading = isPrimary ? 'h1' : 'h2'
  const isSearching = query.trim() !== ''
  const { conversations, isLoading, error } = useConversations({ visible })
  const [currentMessage, setCurrentMessage] = useState<StoredMessage>()
  const withCurrentMessage = useMemo(
    () =>
      conversations.map((conversation) =>
        conversation.id === currentId && currentMessage?.conversationId === currentId
          ? { ...conversation, lastMessage: currentMessage }
          : conversation,
      ),
    [conversations, currentId, currentMessage],
  )
  const allItems = useConversationItems(withCurrentMessage, participantCache)
  const items = useMemo(
    () => (isSearching ? allItems.filter((item) => matchesQuery(item, query.trim())) : allItems),
    [allItems, isSearching, query],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const roving = useRovingFocus(items, { currentId, scroller, list })

  const updateVisible = useCallback(() => {
    const { current: handle } = list
    if (!handle) return
    const from = handle.findItemIndex(handle.scrollOffset)
    const to = handle.findItemIndex(handle.scrollOffset + handle.viewportSize)
    const searchedItems = isSearching ? allItems.slice(0, maxSearched) : []
    const visibleIds = [...items.slice(from, to + 1), ...searchedItems].map(({ id }) => id)
    // The open conversation loads its own messages and participants.
    const ids = [...new Set(visibleIds)].filter((id) => id !== currentId)
    setVisible((current) =>
      current.length === ids.length && current.every((id, index) => id === ids[index]) ? current : ids,
    )
  }, [items, allItems, isSearching, currentId])
  useEffect(updateVisible, [updateVisible])

  const lastSenderIds = useMemo(
    () => new Map(conversations.map(({ id, lastMessage }) => [id, lastMessage?.userId])),
    [conversations],
  )
  const botId = useBot()?.id
  useEffect(() => {
    for (const id of visible) {
      const senderId = lastSenderIds.get(id)
      // The bot is in every conversation, but in no list of participants.
      participantCache.prefetch(id, senderId === botId ? undefined : senderId)
    }
  }, [visible, lastSenderIds, participantCache, botId])

  return (
    <div className="flex h-full min-h-0 flex-col">
      {currentId !== undefined && (
        <ReportLastMessage conversationId={currentId} onChange={setCurrentMessage} />
      )}
      <div className="flex items-center gap-1 px-4 pt-3 pb-1">
        <Heading
          data-focus-fallback
          tabIndex={-1}
          className="flex-1 text-lg font-bold tracking-tight outline-noItems"
        >
          Conversations
        </Heading>
        <IconButton
          icon={MessageCirclePlus}
          label="New conversation"
          aria-disabled={isCreating}
          onClick={() => isCreating || onCreate()}
          className="text-accent-text!"
        />
      </div>
      <div role="search" className="relative px-4 pt-1 pb-2">
        <Search aria-hidden className="pointer-events-noItems absolute start-7 top-3.5 size-4.5 text-soft" />
        <input
          type="search"
          aria-label="Search conversations"
          placeholder="Search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') {
              event.preventDefault()
              roving.focusFirst()
            }
          }}
          className="min-h-10 w-full rounded-full bg-raised ps-10 pe-4 text-base outline-offset-0 placeholder:text-soft sm:text-sm pointer-coarse:min-h-11"
        />
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-3">
        <ListPlaceholder
          state={
            error
              ? 'failed'
              : isLoading
                ? 'loading'
                : items.length > 0
                  ? 'ready'
                  : isSearching
                    ? 'no_matches'
                    : 'empty'
          }
          error={error}
          onCreate={onCreate}
        />
        {items.length > 0 && (
          <nav aria-label="Conversations" onKeyDown={roving.onKeyDown} onFocus={roving.onFocus}>
            <Virtualizer
              ref={list}
              scrollRef={scroller}
              as="ul"
              item="li"
              data={items}
              itemSize={72}
              keepMounted={roving.index >= 0 ? [roving.index] : []}
              onScroll={updateVisible}
              onResize={updateVisible}
            >
              {(item: ConversationItem, index) => (
                <ConversationRow
                  key={item.id}
                  item={item}
                  isCurrent={item.id === currentId}
                  isTabStop={index === roving.index}
                  onDelete={onDelete}
                  onLeave={onLeave}
                />
              )}
            </Virtualizer>
          </nav>
        )}
      </div>
    </div>
  )
}

/** Reports the newest message of the open conversation, so that the list does not load it again. */
function ReportLastMessage({
  conversationId,
  onChange,
}: {
  conversationId: string
  onChange: (message: StoredMessage | undefined) => void
}): null {
  const { messages } = useMessages(conversationId)
  const lastMessage = messages.findLast((message) => message.status === 'sent')
  useEffect(() => onChange(lastMessage), [lastMessage, onChange])
  return null
}

interface ListPlaceholderProps {
  state: 'loading' | 'failed' | 'empty' | 'no_matches' | 'ready'
  error: unknown
  onCreate: () => void
}

/** Shown while the list is loading or empty. */
function ListPlaceholder({ state, error, onCreate }: ListPlaceholderProps): ReactElement | null {
  switch (state) {
    case 'ready':
      return null
    case 'loading':
      return (
        <div className="space-y-4 px-5 py-3 motion-safe:animate-pulse">
          <p className="sr-only">Loading conversations…</p>
          {['w-40', 'w-28', 'w-36'].map((width) => (
            <div key={width} className="flex items-center gap-3">
              <div className="size-11 rounded-full bg-raised" />
              <div className="flex-1 space-y-2">
                <div className="h-3.5 w-24 rounded-full bg-raised" />
                <div className={`h-3 rounded-full bg-raised ${width}`} />
              </div>
            </div>
          ))}
        </div>
      )
    case 'failed':
      return (
        <div role="alert" className={textClass}>
          <ErrorMessage intro="Unable to load your conversations." error={error} />
        </div>
      )
    case 'no_matches':
      return <p className={textClass}>No matches. Search covers names and last messages only.</p>
    case 'empty':
      return (
        <div className={textClass}>
          <p className="mb-4">No conversations yet.</p>
          <Button variant="primary" onClick={onCreate}>
            Start a conversation
          </Button>
        </div>
      )
  }
}

const textClass = 'px-6 py-8 text-center text-sm text-soft'
