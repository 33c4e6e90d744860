import { ArrowDown, Cable } from 'lucide-react'
import { memo, useId, type ReactElement } from 'react'
import type { RequestEntry, SignalEntry, WireEntry } from '../wire/wire-entry.ts'
import { getEntryTitle, shortenId, requestStateLabels } from './entry-title.ts'
import { formatDuration, formatShortTime, formatSize } from './format-quantity.ts'
import { WireDetails } from './wire-details.tsx'

export interface WireRowProps {
  entry: WireEntry
  isOpen: boolean
  onToggle: () => void
}

/** One row of the log, which expands to its details. */
export const WireRow = memo(
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
