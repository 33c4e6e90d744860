import { useConversations, useMessages } from '@parley/react'
import type { StoredMessage } from '@parley/rx'
import { MessageCirclePlus, Search } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useBot } from '../people/bot-context.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { ConversationRow } from './conversation-row.tsx'
import { isFound, type Entry } from './entry.ts'
import { ListState } from './list-state.tsx'
import type { NameBook } from './name-book.ts'
import { useEntries } from './use-entries.ts'
import { useRoving } from './use-roving.ts'

export interface ConversationListProps {
  names: NameBook
  currentId: string | undefined
  /** Whether the list is the main thing on the page. */
  isAlone: boolean
  isCreating: boolean
  onCreate: () => void
  onDelete: (id: string) => void
  onLeave: (id: string) => void
}

/** So many are searched through: what is not in view is not loaded otherwise. */
const searchedCount = 100
const none: readonly never[] = []

/** The user's conversations, those with the newest activity first. */
export function ConversationList(props: ConversationListProps): ReactElement {
  const { names, currentId, isAlone, isCreating, onCreate, onDelete, onLeave } = props
  const [query, setQuery] = useState('')
  const [visible, setVisible] = useState<readonly string[]>(none)
  const Heading = isAlone ? 'h1' : 'h2'
  const isSearching = query.trim() !== ''
  const { conversations, error } = useConversations({ visible })
  const [currentMessage, setCurrentMessage] = useState<StoredMessage>()
  const withCurrent = useMemo(
    () =>
      (conversations ?? none).map((conversation) =>
        conversation.id === currentId && currentMessage?.conversationId === currentId
          ? { ...conversation, lastMessage: currentMessage }
          : conversation,
      ),
    [conversations, currentId, currentMessage],
  )
  const all = useEntries(withCurrent, names)
  const entries = useMemo(
    () => (isSearching ? all.filter((entry) => isFound(entry, query.trim())) : all),
    [all, isSearching, query],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const roving = useRoving(entries, { currentId, scroller, list })

  const look = useCallback(() => {
    const { current: handle } = list
    if (!handle) return
    const from = handle.findItemIndex(handle.scrollOffset)
    const to = handle.findItemIndex(handle.scrollOffset + handle.viewportSize)
    const searched = isSearching ? all.slice(0, searchedCount) : []
    const shown = [...entries.slice(from, to + 1), ...searched].map(({ id }) => id)
    // The open conversation loads its own messages and participants.
    const ids = [...new Set(shown)].filter((id) => id !== currentId)
    setVisible((former) =>
      former.length === ids.length && former.every((id, index) => id === ids[index]) ? former : ids,
    )
  }, [entries, all, isSearching, currentId])
  useEffect(look, [look])

  const last = useMemo(
    () => new Map(conversations?.map(({ id, lastMessage }) => [id, lastMessage?.userId])),
    [conversations],
  )
  const botId = useBot()?.id
  useEffect(() => {
    for (const id of visible) {
      const senderId = last.get(id)
      // The bot takes part in every conversation, but no list of participants contains it.
      names.want(id, senderId === botId ? undefined : senderId)
    }
  }, [visible, last, names, botId])

  return (
    <div className="flex h-full min-h-0 flex-col">
      {currentId !== undefined && <LastMessage conversationId={currentId} onChange={setCurrentMessage} />}
      <div className="flex items-center gap-1 px-4 pt-3 pb-1">
        <Heading
          data-focus-fallback
          tabIndex={-1}
          className="flex-1 text-lg font-bold tracking-tight outline-none"
        >
          Conversations
        </Heading>
        <IconButton
          icon={MessageCirclePlus}
          label="New conversation"
          aria-disabled={isCreating}
          onClick={() => isCreating || onCreate()}
          className="text-accent-ink!"
        />
      </div>
      <div role="search" className="relative px-4 pt-1 pb-2">
        <Search aria-hidden className="pointer-events-none absolute start-7 top-3.5 size-4.5 text-soft" />
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
        <ListState
          state={
            error
              ? 'failed'
              : !conversations
                ? 'loading'
                : entries.length > 0
                  ? 'some'
                  : isSearching
                    ? 'not_found'
                    : 'none'
          }
          onCreate={onCreate}
        />
        {entries.length > 0 && (
          <nav aria-label="Conversations" onKeyDown={roving.onKeyDown} onFocus={roving.onFocus}>
            <Virtualizer
              ref={list}
              scrollRef={scroller}
              as="ul"
              item="li"
              data={entries}
              itemSize={72}
              keepMounted={roving.index >= 0 ? [roving.index] : []}
              onScroll={look}
              onResize={look}
            >
              {(entry: Entry, index) => (
                <ConversationRow
                  key={entry.id}
                  entry={entry}
                  isCurrent={entry.id === currentId}
                  isReachable={index === roving.index}
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

/** Reports the newest message of the open conversation, so that the list need not load it again. */
function LastMessage({
  conversationId,
  onChange,
}: {
  conversationId: string
  onChange: (message: StoredMessage | undefined) => void
}): null {
  const { messages } = useMessages(conversationId)
  const last = messages.findLast((message) => message.status === 'sent')
  useEffect(() => onChange(last), [last, onChange])
  return null
}
