import { ArrowDown, Cable } from 'lucide-react'
import { memo, useEffect, useId, useRef, useState, type ReactElement } from 'react'
import { VList, type VListHandle } from 'virtua'
import type { RequestEntry, SignalEntry, WireEntry } from '../wire/wire-entry.ts'
import { getEntryTitle, requestStateLabels, shortenId } from './entry-title.ts'
import { formatDuration, formatShortTime, formatSize } from './format-quantity.ts'
import { WireDetails } from './wire-details.tsx'

export interface WireListProps {
  entries: readonly WireEntry[]
  isFiltered: boolean
}

/** The log, newest entry last. Follows new entries while the end is visible. */
export function WireList({ entries, isFiltered }: WireListProps): ReactElement {
  const list = useRef<VListHandle>(null)
  const isAtEnd = useRef(true)
  const lastOffset = useRef(0)
  const [openKeys, setOpenKeys] = useState<ReadonlySet<number>>(new Set())
  const newestKey = entries.at(-1)?.key

  useEffect(() => {
    if (isAtEnd.current && newestKey !== undefined) list.current?.scrollToIndex(Infinity, { align: 'end' })
  }, [newestKey])

  function toggle(key: number): void {
    setOpenKeys((previous) => {
      const keys = new Set(previous)
      if (!keys.delete(key)) keys.add(key)
      return keys
    })
    // Keep the opened entry in place.
    isAtEnd.current = false
  }

  function onScroll(offset: number): void {
    const { current } = list
    if (!current) return
    // Only scrolling up leaves the end. Appended entries move the end away too.
    if (offset + current.viewportSize >= current.scrollSize - 8) isAtEnd.current = true
    else if (offset < lastOffset.current) isAtEnd.current = false
    lastOffset.current = offset
  }

  if (entries.length === 0)
    return (
      <p className="grid min-h-40 flex-1 place-items-center px-6 text-center text-[0.8125rem] text-soft">
        {isFiltered ? 'No entries match the filter.' : 'No entries yet.'}
      </p>
    )

  return (
    <div role="group" aria-label="Log entries" className="min-h-64 flex-1">
      <VList ref={list} data={entries} onScroll={onScroll} style={{ height: '100%' }}>
        {(entry) => (
          <WireRow
            key={entry.key}
            entry={entry}
            isOpen={openKeys.has(entry.key)}
            onToggle={() => toggle(entry.key)}
          />
        )}
      </VList>
    </div>
  )
}

interface WireRowProps {
  entry: WireEntry
  isOpen: boolean
  onToggle: () => void
}

/** One row of the log, which expands to its details. */
const WireRow = memo(
  function WireRow({ entry, isOpen, onToggle }: WireRowProps): ReactElement {
    const detailsId = useId()
    return (
      <div className="border-b border-line/60">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? detailsId : undefined}
          onClick={onToggle}
          className="flex min-h-9 w-full items-center gap-2 px-4 py-1 text-start text-xs -outline-offset-2 hover:bg-raised aria-expanded:bg-raised pointer-coarse:min-h-11"
        >
          <time
            dateTime={new Date(entry.at).toISOString()}
            className="shrink-0 font-mono text-[0.6875rem] text-soft tabular-nums"
          >
            {formatShortTime(entry.at)}
          </time>
          <EntryIcon entry={entry} />
          <span className="min-w-0 flex-1 truncate font-medium" dir="auto">
            {getEntryTitle(entry)}
          </span>
          {entry.kind === 'request' && <RequestStats entry={entry} />}
          {entry.kind === 'signal' && <SignalStats entry={entry} />}
        </button>
        {isOpen && <WireDetails id={detailsId} entry={entry} />}
      </div>
    )
  },
  // `onToggle` is a new function in each render, but does the same.
  (a, b) => a.entry === b.entry && a.isOpen === b.isOpen,
)

/** Shows the method of a request, or an icon for other entries. */
function EntryIcon({ entry }: { entry: WireEntry }): ReactElement {
  return (
    <span className="flex w-7.5 shrink-0 items-center font-mono text-[0.6875rem] font-semibold text-soft">
      {entry.kind === 'request' && entry.method.replace('DELETE', 'DEL')}
      {entry.kind === 'signal' && <ArrowDown aria-label="Signal" className="size-3.5 text-accent-text" />}
      {entry.kind === 'connection' && <Cable aria-label="Connection" className="size-3.5" />}
    </span>
  )
}

function RequestStats({ entry }: { entry: RequestEntry }): ReactElement {
  const { attempt, state, status, durationMs, receivedBytes } = entry
  const isBad = state === 'rejected' || state === 'failed' || state === 'dropped' || state === 'stalled'
  return (
    <span dir="ltr" className="flex shrink-0 items-center gap-1.5 text-[0.6875rem] text-soft tabular-nums">
      {attempt > 1 && <span className="rounded-full px-1.5 ring-1 ring-line">attempt {attempt}</span>}
      {receivedBytes > 0 && <span>{formatSize(receivedBytes)}</span>}
      {durationMs !== undefined && <span>{formatDuration(durationMs)}</span>}
      <span className={`font-semibold ${isBad ? 'text-alert' : 'text-accent-text'}`}>
        {state === 'done' || state === 'rejected' ? status : requestStateLabels[state]}
      </span>
    </span>
  )
}

function SignalStats({ entry }: { entry: SignalEntry }): ReactElement {
  const { signal, gapMs } = entry
  return (
    <span dir="ltr" className="flex shrink-0 items-center gap-1.5 text-[0.6875rem] text-soft tabular-nums">
      {signal.type === 'message_stream_delta' && <span className="font-mono">#{signal.data.sequence}</span>}
      {signal.id !== undefined && <span className="font-mono max-sm:hidden">{shortenId(signal.id)}</span>}
      {gapMs !== undefined && <span>+{formatDuration(gapMs)}</span>}
    </span>
  )
}
