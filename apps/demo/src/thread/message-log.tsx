import type { ChatMessage } from '@parley/rx'
import { ArrowDown } from 'lucide-react'
import { useEffect, useMemo, useState, type ReactElement } from 'react'
import { Virtualizer } from 'virtua'
import type { People } from '../people/people.ts'
import { MessageRow } from './message-row.tsx'
import { createLayout, getAnswerMark, type Row } from './rows.ts'
import { useLogKeys } from './use-log-keys.ts'
import type { MessageActions } from './use-message-actions.ts'
import { useStickToBottom } from './use-stick-to-bottom.ts'

export interface MessageLogProps {
  messages: readonly ChatMessage[]
  /** Whether the newest messages are loaded. */
  isLoaded: boolean
  /** Whether the connection can load older messages. */
  isSynced: boolean
  history: Omit<LoadOlderProps, 'isEmpty' | 'isLoaded'>
  people: People
  /** Whether pending messages are waiting for the connection. */
  isWaiting: boolean
  actions: MessageActions
  label: string
  /** Called when the newest messages come into view, or leave it. */
  onAtEnd: (isAtEnd: boolean) => void
}

/** Older messages are loaded within this distance from the top. */
const loadWithinPx = 800
/** Keeps the newest rows mounted, so that screen readers and the browser's search find them. */
const mountedCount = 100

/** The messages, oldest first. Sticks to the end while the user is there, and otherwise keeps the scroll position. */
export function MessageLog(props: MessageLogProps): ReactElement {
  const { messages, isLoaded, isSynced, history, people, isWaiting, actions, label, onAtEnd } = props
  const [layOut] = useState(() => createLayout())
  const { rows, answers } = layOut(messages)
  const scroll = useStickToBottom(rows)
  const { scroller, content, isAtEnd, newCount, isPrepended, scrollToEnd } = scroll
  const { hasOlder, isLoading, hasFailed, onLoad } = history
  const onKeyDown = useLogKeys(scroller, scrollToEnd)

  function loadOlderIfNear(): void {
    const isNear = (scroller.current?.scrollTop ?? 0) < loadWithinPx
    if (isNear && isSynced && hasOlder && !isLoading && !hasFailed) onLoad()
  }
  // Runs after each render, as a loaded page may be too short to fill the screen.
  useEffect(loadOlderIfNear)

  useEffect(() => onAtEnd(isAtEnd), [isAtEnd, onAtEnd])

  const length = rows.length
  const mountedIndexes = useMemo(
    () => Array.from({ length: Math.min(mountedCount, length) }, (_, index) => length - 1 - index).reverse(),
    [length],
  )

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        // Scrolling adds elements, which are not new messages. `Announcer` announces those.
        aria-live="off"
        aria-label={label}
        aria-busy={!isLoaded && rows.length === 0}
        tabIndex={0}
        {...scroll.intentHandlers}
        onKeyDown={(event) => {
          scroll.intentHandlers.onKeyDown(event)
          onKeyDown(event)
        }}
        onScrollEnd={() => {
          scroll.intentHandlers.onScrollEnd()
          // The virtualizer reports no scroll that ends at the offset it had before older messages arrived.
          loadOlderIfNear()
        }}
        className="h-full overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div ref={content} className="flex min-h-full flex-col pb-3">
          <div className="grow" />
          <LoadOlder {...history} isEmpty={rows.length === 0} isLoaded={isLoaded} />
          <Virtualizer
            scrollRef={scroller}
            data={rows}
            shift={isPrepended}
            startMargin={loadOlderHeight}
            bufferSize={600}
            keepMounted={mountedIndexes}
            onScroll={() => {
              scroll.onScroll()
              loadOlderIfNear()
            }}
          >
            {(row: Row) => (
              <MessageRow
                key={row.message.key}
                {...row}
                sender={row.message.sender ?? people.get(row.message.userId)}
                isNamed={people.isGroup || !people.isPresent(row.message.userId)}
                answer={row.message.status === 'sent' ? answers.get(row.message.id) : undefined}
                mark={getAnswerMark(row.message, people.bot?.id)}
                isWaiting={isWaiting && row.message.status === 'sending'}
                actions={actions}
              />
            )}
          </Virtualizer>
        </div>
      </div>
      {!isAtEnd && <JumpButton newCount={newCount} onJump={scrollToEnd} />}
    </div>
  )
}

interface LoadOlderProps {
  hasOlder: boolean
  isLoading: boolean
  hasFailed: boolean
  onLoad: () => void
  isEmpty: boolean
  /** Whether the newest messages are loaded. */
  isLoaded: boolean
}

/** Constant, so that the messages below do not move. In pixels. */
const loadOlderHeight = 56

/** Loads older messages, or marks the start of the conversation. */
function LoadOlder({
  hasOlder,
  isLoading,
  hasFailed,
  onLoad,
  isEmpty,
  isLoaded,
}: LoadOlderProps): ReactElement {
  return (
    <div
      style={{ height: loadOlderHeight }}
      className="grid shrink-0 place-items-center text-[0.8125rem] text-soft"
    >
      {isEmpty && !isLoaded ? null : isLoading ? (
        <span>Loading earlier messages…</span>
      ) : hasOlder ? (
        <button
          type="button"
          data-load-older
          onClick={onLoad}
          className="min-h-9 rounded-full px-4 font-medium text-accent-text ring-1 ring-line hover:bg-accent-subtle pointer-coarse:min-h-11"
        >
          {hasFailed ? 'Unable to load earlier messages. Retry' : 'Show earlier messages'}
        </button>
      ) : isEmpty ? (
        <span>No messages yet. Say hello!</span>
      ) : isLoaded ? (
        <span>Start of conversation</span>
      ) : null}
    </div>
  )
}

/** Scrolls to the newest messages, and shows how many are new. */
function JumpButton({ newCount, onJump }: { newCount: number; onJump: () => void }): ReactElement {
  return (
    <button
      type="button"
      onClick={onJump}
      className="absolute inset-x-0 bottom-3 mx-auto flex min-h-10 w-fit items-center gap-1.5 rounded-full bg-surface px-4 text-sm font-medium shadow-lg ring-1 shadow-black/10 ring-line hover:bg-raised motion-safe:animate-rise pointer-coarse:min-h-11"
    >
      <ArrowDown aria-hidden className="size-4" />
      Jump to latest
      {newCount > 0 && (
        <span className="rounded-full bg-accent px-2 py-0.5 text-xs font-semibold text-on-accent">
          {newCount >= 99 ? '99+' : newCount}
          <span className="sr-only"> new</span>
        </span>
      )}
    </button>
  )
}
