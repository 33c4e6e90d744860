import type { ConversationConnection } from '@parley/rx'
import type { RequestEntry, WireEntry } from '../wire/wire-entry.ts'
import { lookOf, type SpanLook } from './strip-spans.ts'

/** What an entry is, in a few words. */
export function entryTitle(entry: WireEntry): string {
  switch (entry.kind) {
    case 'request':
      return shortPath(entry.path)
    case 'signal':
      return entry.signal.type
    case 'connection':
      return connectionTitle(entry.connection)
  }
}

export const lookWords: Record<SpanLook, string> = {
  connecting: 'Connecting',
  online: 'Online',
  catching_up: 'Online, catching up',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  closed: 'Closed',
}

export function connectionTitle(connection: ConversationConnection): string {
  const words = lookWords[lookOf(connection)]
  return connection.state === 'reconnecting' ? `${words}, attempt ${connection.attempt}` : words
}

export const stateWords: Record<RequestEntry['state'], string> = {
  waiting: 'waiting',
  streaming: 'open',
  silent: 'silent',
  done: 'done',
  refused: 'refused',
  failed: 'failed',
  cut: 'cut',
  closed: 'closed',
}

/** Without the bot, which is the same in all, and with the end of long ids alone: it is their end that tells them apart. */
export function shortPath(path: string): string {
  const [pathname = '', query] = path.split('?', 2)
  const parts = pathname.split('/').map((part) => (/\d/.test(part) ? shortId(part) : part))
  const short = `/${parts.slice(2).join('/')}`
  return query === undefined ? short : `${short}?${query}`
}

export function shortId(id: string): string {
  return id.length > 12 ? `…${id.slice(-5)}` : id
}
