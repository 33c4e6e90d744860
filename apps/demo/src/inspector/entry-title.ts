import type { ConversationConnection } from '@parley/rx'
import type { RequestEntry, WireEntry } from '../wire/wire-entry.ts'
import { toSegmentState, type SegmentState } from './chart-segments.ts'

/** Returns a short title for a log entry. */
export function getEntryTitle(entry: WireEntry): string {
  switch (entry.kind) {
    case 'request':
      return shortenPath(entry.path)
    case 'signal':
      return entry.signal.type
    case 'connection':
      return getConnectionTitle(entry.connection)
  }
}

export const connectionStateLabels: Record<SegmentState, string> = {
  connecting: 'Connecting',
  online: 'Online',
  syncing: 'Online, syncing',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  closed: 'Closed',
}

export function getConnectionTitle(connection: ConversationConnection): string {
  const label = connectionStateLabels[toSegmentState(connection)]
  return connection.state === 'reconnecting' ? `${label}, attempt ${connection.attempt}` : label
}

export const requestStateLabels: Record<RequestEntry['state'], string> = {
  pending: 'pending',
  streaming: 'open',
  stalled: 'stalled',
  done: 'done',
  rejected: 'rejected',
  failed: 'failed',
  dropped: 'dropped',
  canceled: 'canceled',
}

/** Removes the bot from a path, and shortens ids to their end, where they differ. */
export function shortenPath(path: string): string {
  const [pathname = '', query] = path.split('?', 2)
  const parts = pathname.split('/').map((part) => (/\d/.test(part) ? shortenId(part) : part))
  const short = `/${parts.slice(2).join('/')}`
  return query === undefined ? short : `${short}?${query}`
}

export function shortenId(id: string): string {
  return id.length > 12 ? `…${id.slice(-5)}` : id
}
