import { useChat } from '@parley/react'
import { X } from 'lucide-react'
import { useMemo, useState, type ReactElement } from 'react'
import { IconButton } from '../ui/button.tsx'
import { noCounts, type WireContent } from '../wire/wire-log.ts'
import type { WireTap } from '../wire/wire-tap.ts'
import { ConnectionChart } from './connection-chart.tsx'
import { entryGroups, FilterBar, filterEntries, type WireFilter } from './filter-bar.tsx'
import { formatCount, formatSize } from './format-quantity.ts'
import { NetworkFaultControls } from './network-fault-controls.tsx'
import { useShadowConversation } from './record-conversation.ts'
import { useObservable } from './use-observable.ts'
import { VerifyBar } from './verify-bar.tsx'
import { WireList } from './wire-list.tsx'

export interface InspectorPanelProps {
  tap: WireTap
  /** The open conversation, if any. */
  conversationId: string | undefined
  /** Shows a button that closes the panel. */
  onClose?: () => void
}

const emptyContent: WireContent = { entries: [], counts: noCounts }
/** Excludes deltas, as one streaming message has more of them than there are other signals. */
const initialFilter: WireFilter = {
  groups: new Set(entryGroups.filter((group) => group !== 'deltas')),
  text: '',
}

/** Shows requests, signals and connection changes, and simulates network faults. */
export function InspectorPanel({ tap, conversationId, onClose }: InspectorPanelProps): ReactElement {
  const { user: me } = useChat()
  const { log } = tap
  const shadowConversation = useShadowConversation(log, me, conversationId)
  const content = useObservable(log.content$, emptyContent)
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
              {formatCount(counts.requests, 'request')}
              {counts.failures > 0 && ` (${counts.failures.toLocaleString('en')} failed)`}
              {' · '}
              {formatCount(counts.signals, 'signal')}
              {counts.reconnections > 0 && ` · ${formatCount(counts.reconnections, 'reconnection')}`}
              {' · '}
              {formatSize(counts.receivedBytes)}
            </bdi>
          </p>
        </div>
        {onClose && <IconButton icon={X} label="Close the inspector" onClick={onClose} />}
      </header>
      <ConnectionChart entries={content.entries} conversationId={conversationId} />
      <NetworkFaultControls tap={tap} shadowConversation={shadowConversation} />
      <VerifyBar me={me} conversationId={conversationId} />
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
