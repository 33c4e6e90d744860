import type { WireEntry } from '../wire/wire-entry.ts'
import { getEntryTitle } from './entry-title.ts'

/** Groups of entries that can be hidden. */
export const entryGroups = ['requests', 'signals', 'deltas', 'connection'] as const
export type EntryGroup = (typeof entryGroups)[number]

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
