import { Eraser, Pause, Play, Search } from 'lucide-react'
import type { ReactElement } from 'react'
import { IconButton } from '../ui/button.tsx'
import type { WireEntry } from '../wire/wire-entry.ts'
import { getEntryTitle } from './entry-title.ts'

const groupLabels: Record<EntryGroup, string> = {
  requests: 'Requests',
  signals: 'Signals',
  deltas: 'Deltas',
  connection: 'Connection',
}

export interface FilterBarProps {
  filter: WireFilter
  onFilter: (filter: WireFilter) => void
  isPaused: boolean
  onPause: (isPaused: boolean) => void
  onClear: () => void
}

/** Selects which log entries are shown. */
export function FilterBar({ filter, onFilter, isPaused, onPause, onClear }: FilterBarProps): ReactElement {
  function toggle(group: EntryGroup): void {
    const groups = new Set(filter.groups)
    if (!groups.delete(group)) groups.add(group)
    onFilter({ ...filter, groups })
  }

  return (
    <div className="mt-3 border-y border-line bg-surface/60 px-4 py-2">
      <div className="flex items-center gap-1">
        <div className="relative min-w-0 flex-1">
          <Search
            aria-hidden
            className="pointer-events-none absolute start-3 top-1/2 size-4 -translate-y-1/2 text-soft"
          />
          <input
            type="search"
            aria-label="Filter by text"
            placeholder="Filter"
            value={filter.text}
            onChange={(event) => onFilter({ ...filter, text: event.target.value })}
            className="min-h-9 w-full rounded-full bg-surface ps-9 pe-3 text-base ring-1 ring-field placeholder:text-soft sm:text-[0.8125rem]"
          />
        </div>
        <IconButton
          icon={isPaused ? Play : Pause}
          label={isPaused ? 'Resume' : 'Pause'}
          aria-label="Pause the log"
          aria-pressed={isPaused}
          onClick={() => onPause(!isPaused)}
        />
        <IconButton icon={Eraser} label="Clear" aria-label="Clear the log" onClick={onClear} />
      </div>
      <div role="group" aria-label="Show" className="mt-2 flex flex-wrap gap-1.5">
        {entryGroups.map((group) => (
          <button
            key={group}
            type="button"
            aria-pressed={filter.groups.has(group)}
            onClick={() => toggle(group)}
            className="min-h-8 rounded-full px-3 text-xs font-medium text-soft line-through ring-1 ring-line transition-colors aria-pressed:bg-accent-subtle aria-pressed:text-accent-text aria-pressed:no-underline aria-pressed:ring-transparent pointer-coarse:min-h-11"
          >
            {groupLabels[group]}
          </button>
        ))}
      </div>
    </div>
  )
}

/** Groups of entries that can be hidden. */
export const entryGroups = ['requests', 'signals', 'deltas', 'connection'] as const
type EntryGroup = (typeof entryGroups)[number]

export interface WireFilter {
  groups: ReadonlySet<EntryGroup>
  /** Text that entries must contain, in any case. */
  text: string
}

export function filterEntries(
  entries: readonly WireEntry[],
  { groups, text }: WireFilter,
): readonly WireEntry[] {
  const query = text.trim().toLowerCase()
  if (query === '' && groups.size === entryGroups.length) return entries
  return entries.filter(
    (entry) => groups.has(getGroup(entry)) && (query === '' || getSearchText(entry).includes(query)),
  )
}

/** Deltas are a separate group, as one streaming message has more of them than there are other signals. */
function getGroup(entry: WireEntry): EntryGroup {
  if (entry.kind === 'request') return 'requests'
  if (entry.kind === 'connection') return 'connection'
  return entry.signal.type === 'message_stream_delta' ? 'deltas' : 'signals'
}

const searchTexts = new WeakMap<WireEntry, string>()

/** Returns the searchable text of an entry. Cached, as entries are immutable. */
function getSearchText(entry: WireEntry): string {
  const cached = searchTexts.get(entry)
  if (cached !== undefined) return cached
  const text = `${getEntryTitle(entry)} ${JSON.stringify(entry)}`.toLowerCase()
  searchTexts.set(entry, text)
  return text
}
