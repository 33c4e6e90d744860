import type { ChatMessage } from '@parley/rx'
import { useEffect, useMemo, useState, type ReactElement } from 'react'
import { Virtualizer } from 'virtua'
import type { People } from '../people/people.ts'
import { isStoppedAnswer } from './is-stopped-answer.ts'
import { JumpButton } from './jump-button.tsx'
import { LoadOlder, loadOlderHeight, type LoadOlderProps } from './load-older.tsx'
import type { MessageActions } from './message-actions.ts'
import { MessageRow } from './message-row.tsx'
import { createLayout, type Row } from './rows.ts'
import { useLogKeys } from './use-log-keys.ts'
import { useStickToBottom } from './use-stick-to-bottom.ts'

export interface MessageLogProps {
  messages: readonly ChatMessage[]
  /** Whether the newest messages are loaded. */
  isSynced: boolean
  history: Omit<LoadOlderProps, 'isEmpty' | 'isSynced'>
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
  const { messages, isSynced, history, people, isWaiting, actions, label, onAtEnd } = props
  const [layOut] = useState(() => createLayout(people.me.id))
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
        aria-busy={!isSynced && rows.length === 0}
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
          <LoadOlder {...history} isEmpty={rows.length === 0} isSynced={isSynced} />
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
                sender={people.get(row.message.userId)}
                isNamed={people.isGroup || !people.isPresent(row.message.userId)}
                answer={row.message.status === 'sent' ? answers.get(row.message.id) : undefined}
                isStopped={isStoppedAnswer(row.message, people.bot?.id)}
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
