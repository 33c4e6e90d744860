import { expect, test } from 'vitest'
import type { RequestEntry, SignalEntry, WireEntry } from '../wire/wire-entry.ts'
import { shortenPath } from './entry-title.ts'
import { entryGroups, filterEntries } from './filter-bar.tsx'

const all = new Set(entryGroups)
const entries: WireEntry[] = [
  request(1, '/demo/hello'),
  typing(2, 'Ada'),
  delta(3),
  request(4, '/demo/messages'),
]

test('shows all entries without a filter', () => {
  expect(filterEntries(entries, { groups: all, text: ' ' })).toBe(entries)
})

test('filters deltas separately from other signals', () => {
  expect(keys({ groups: new Set(['signals'] as const), text: '' })).toEqual([2])
  expect(keys({ groups: new Set(['deltas'] as const), text: '' })).toEqual([3])
})

test('finds text in paths, types and contents, in any case', () => {
  expect(keys({ groups: all, text: 'MESSAGES' })).toEqual([4])
  expect(keys({ groups: all, text: 'typing' })).toEqual([2])
  expect(keys({ groups: all, text: 'ada' })).toEqual([2])
})

test('shortens long ids in a path, but not names', () => {
  expect(shortenPath('/demo/conversations/conv_01HZX3KQ9M7T/messages?limit=20')).toBe(
    '/conversations/…Q9M7T/messages?limit=20',
  )
  expect(shortenPath('/demo/conversations/get-or-create')).toBe('/conversations/get-or-create')
})

function keys(filter: Parameters<typeof filterEntries>[1]): number[] {
  return filterEntries(entries, filter).map(({ key }) => key)
}

function request(key: number, path: string): RequestEntry {
  return {
    kind: 'request',
    key,
    at: 0,
    method: 'GET',
    path,
    attempt: 1,
    state: 'done',
    status: 200,
    isStream: false,
    requestHeaders: [],
    requestBody: '',
    responseHeaders: [],
    responseBody: '',
    receivedBytes: 0,
  }
}

function typing(key: number, userId: string): SignalEntry {
  const signal = { type: 'typing', data: { conversationId: 'c1', userId } } as const
  return { kind: 'signal', key, at: 0, conversationId: 'c1', signal }
}

function delta(key: number): SignalEntry {
  const data = { streamId: 's1', conversationId: 'c1', userId: 'bot', createdAt: '', sequence: 0, delta: 'x' }
  return { kind: 'signal', key, at: 0, conversationId: 'c1', signal: { type: 'message_stream_delta', data } }
}
