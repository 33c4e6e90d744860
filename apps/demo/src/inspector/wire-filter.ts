import type { WireEntry } from '../wire/wire-entry.ts'
import { entryTitle } from './entry-title.ts'

/** What a reader of the log can show or hide. */
export const entryGroups = ['requests', 'signals', 'deltas', 'connection'] as const
export type EntryGroup = (typeof entryGroups)[number]

export interface WireFilter {
  groups: ReadonlySet<EntryGroup>
  /** What has to be in it, in any case. */
  text: string
}

export function filterEntries(
  entries: readonly WireEntry[],
  { groups, text }: WireFilter,
): readonly WireEntry[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '' && groups.size === entryGroups.length) return entries
  return entries.filter(
    (entry) => groups.has(groupOf(entry)) && (wanted === '' || textOf(entry).includes(wanted)),
  )
}

/** Deltas are a group of their own: one answer of a bot brings more of them than all the rest. */
function groupOf(entry: WireEntry): EntryGroup {
  if (entry.kind === 'request') return 'requests'
  if (entry.kind === 'connection') return 'connection'
  return entry.signal.type === 'message_stream_delta' ? 'deltas' : 'signals'
}

const texts = new WeakMap<WireEntry, string>()

/** All that there is to be found in an entry. Entries never change, so it is made once. */
function textOf(entry: WireEntry): string {
  const known = texts.get(entry)
  if (known !== undefined) return known
  const text = `${entryTitle(entry)} ${JSON.stringify(entry)}`.toLowerCase()
  texts.set(entry, text)
  return text
}
