import type { ChatMessage } from '@parley/rx'
import { useEffect, useMemo, useState, type ReactElement } from 'react'
import { Virtualizer } from 'virtua'
import type { People } from '../people/people.ts'
import { JumpButton } from './jump-button.tsx'
import { LogTop, logTopHeight, type LogTopProps } from './log-top.tsx'
import type { MessageActions } from './message-actions.ts'
import { MessageRow } from './message-row.tsx'
import { createLayout, type Row } from './rows.ts'
import { useLogKeys } from './use-log-keys.ts'
import { useLogPlace } from './use-log-place.ts'

export interface MessageLogProps {
  messages: readonly ChatMessage[]
  /** Whether all newest messages are there. */
  isSynced: boolean
  older: Omit<LogTopProps, 'isEmpty' | 'isSynced'>
  people: People
  /** Whether nothing can be sent just now. */
  isWaiting: boolean
  actions: MessageActions
  label: string
  /** Called with whether the newest messages are in view, when that changes. */
  onAtEnd: (isAtEnd: boolean) => void
}

/** From so far before the beginning on, in pixels, older messages are loaded. */
const olderWithin = 800
/** So many of the newest stay on the page, so that the page's search and screen readers find them. */
const keptCount = 100

/** The messages, oldest first. It stays at its end for whoever is there, and where they read otherwise. */
export function MessageLog(props: MessageLogProps): ReactElement {
  const { messages, isSynced, older, people, isWaiting, actions, label, onAtEnd } = props
  const [layOut] = useState(() => createLayout(people.me.id))
  const { rows, answers } = layOut(messages)
  const place = useLogPlace(rows)
  const { scroller, content, isAtEnd, newCount, isPrepended, toEnd } = place
  const { hasOlder, isLoading, hasFailed, onLoad } = older
  const onKeyDown = useLogKeys(scroller, toEnd)

  function loadOlderWhereNear(): void {
    const isNear = (scroller.current?.scrollTop ?? 0) < olderWithin
    if (isNear && isSynced && hasOlder && !isLoading && !hasFailed) onLoad()
  }
  // After each page: it may have been too short to fill the screen.
  useEffect(loadOlderWhereNear)

  useEffect(() => onAtEnd(isAtEnd), [isAtEnd, onAtEnd])

  const length = rows.length
  const kept = useMemo(
    () => Array.from({ length: Math.min(keptCount, length) }, (_, index) => length - 1 - index).reverse(),
    [length],
  )

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        // What is drawn anew by scrolling is no news: a region of its own reads out what is.
        aria-live="off"
        aria-label={label}
        aria-busy={!isSynced && rows.length === 0}
        tabIndex={0}
        {...place.hands}
        onKeyDown={(event) => {
          place.hands.onKeyDown(event)
          onKeyDown(event)
        }}
        onScrollEnd={() => {
          place.hands.onScrollEnd()
          // The list tells of no scrolling that leads back to where it was before older messages came.
          loadOlderWhereNear()
        }}
        className="h-full overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div ref={content} className="flex min-h-full flex-col pb-3">
          <div className="grow" />
          <LogTop {...older} isEmpty={rows.length === 0} isSynced={isSynced} />
          <Virtualizer
            scrollRef={scroller}
            data={rows}
            shift={isPrepended}
            startMargin={logTopHeight}
            bufferSize={600}
            keepMounted={kept}
            onScroll={() => {
              place.onScroll()
              loadOlderWhereNear()
            }}
          >
            {(row: Row) => (
              <MessageRow
                key={row.message.key}
                {...row}
                sender={people.of(row.message.userId)}
                isNamed={people.isGroup || !people.isCurrent(row.message.userId)}
                answer={row.message.status === 'sent' ? answers.get(row.message.id) : undefined}
                isWaiting={isWaiting && row.message.status === 'sending'}
                actions={actions}
              />
            )}
          </Virtualizer>
        </div>
      </div>
      {!isAtEnd && <JumpButton newCount={newCount} onJump={toEnd} />}
    </div>
  )
}
