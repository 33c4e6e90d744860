import type { ConnectedUser } from '@parley/core'
import { X } from 'lucide-react'
import { useMemo, useState, type ReactElement } from 'react'
import { IconButton } from '../ui/icon-button.tsx'
import { noCounts } from '../wire/wire-counts.ts'
import type { WireContent } from '../wire/wire-log.ts'
import type { WireTap } from '../wire/wire-tap.ts'
import { ConnectionStrip } from './connection-strip.tsx'
import { FilterBar } from './filter-bar.tsx'
import { countText, sizeText } from './quantity.ts'
import { TroubleControls } from './trouble-controls.tsx'
import { useLatest } from './use-latest.ts'
import { useWitness } from './use-witness.ts'
import { VerifyLine } from './verify-line.tsx'
import { entryGroups, filterEntries, type WireFilter } from './wire-filter.ts'
import { WireList } from './wire-list.tsx'

export interface InspectorViewProps {
  tap: WireTap
  me: ConnectedUser | undefined
  conversationId: string | undefined
  onClose?: () => void
}

const nothing: WireContent = { entries: [], counts: noCounts }
/** Excludes deltas, as a single answer has more of them than all other signals. */
const initialFilter: WireFilter = {
  groups: new Set(entryGroups.filter((group) => group !== 'deltas')),
  text: '',
}

export function InspectorView({ tap, me, conversationId, onClose }: InspectorViewProps): ReactElement {
  const { log } = tap
  const witness = useWitness(log, me, conversationId)
  const content = useLatest(log.content$, nothing)
  const [filter, setFilter] = useState(initialFilter)
  const [paused, setPaused] = useState<WireContent>()
  const shown = paused ?? content
  const entries = useMemo(() => filterEntries(shown.entries, filter), [shown, filter])
  const { counts } = content

  return (
    <section
      aria-label="Wire inspector"
      className="flex h-full min-h-0 flex-col overflow-y-auto bg-canvas text-sm text-ink"
    >
      <header className="flex items-center gap-2 px-4 pt-3">
        <div className="min-w-0 flex-1">
          <h2 className="text-[1.0625rem] leading-tight font-semibold tracking-tight">Wire</h2>
          <p className="text-[0.8125rem] text-soft tabular-nums">
            <bdi>
              {countText(counts.requests, 'request')}
              {counts.failures > 0 && ` (${counts.failures.toLocaleString('en')} failed)`}
              {' · '}
              {countText(counts.signals, 'signal')}
              {counts.reconnections > 0 && ` · ${countText(counts.reconnections, 'reconnection')}`}
              {' · '}
              {sizeText(counts.receivedBytes)}
            </bdi>
          </p>
        </div>
        {onClose && <IconButton icon={X} label="Close the inspector" onClick={onClose} />}
      </header>
      <ConnectionStrip entries={content.entries} conversationId={conversationId} />
      <TroubleControls tap={tap} witness={witness} />
      <VerifyLine me={me} conversationId={conversationId} />
      <FilterBar
        filter={filter}
        onFilter={setFilter}
        isPaused={paused !== undefined}
        onPause={(isPaused) => setPaused(isPaused ? content : undefined)}
        onClear={() => {
          log.clear()
          setPaused(undefined)
        }}
      />
      <WireList entries={entries} isFiltered={entries.length < shown.entries.length} />
    </section>
  )
}
