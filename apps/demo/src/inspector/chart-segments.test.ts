import type { ConversationConnection } from '@parley/rx'
import { expect, test } from 'vitest'
import type { ConnectionEntry } from '../wire/wire-entry.ts'
import { countPerInterval, toSegments } from './chart-segments.ts'

const online: ConversationConnection = { state: 'online', isSynced: true }
const syncing: ConversationConnection = { state: 'online', isSynced: false }
const connecting: ConversationConnection = { state: 'connecting', isSynced: false }

test('ends each segment at the next change, and the last one now', () => {
  const entries = [entry(10, connecting), entry(20, syncing), entry(30, online)]

  expect(toSegments(entries, { from: 0, to: 100 })).toEqual([
    { state: 'connecting', from: 10, to: 20 },
    { state: 'syncing', from: 20, to: 30 },
    { state: 'online', from: 30, to: 100 },
  ])
})

test('clips segments to the range, and merges equal states', () => {
  const entries = [entry(10, connecting), entry(20, online), entry(30, online), entry(60, syncing)]

  expect(toSegments(entries, { from: 50, to: 100 })).toEqual([
    { state: 'online', from: 50, to: 60 },
    { state: 'syncing', from: 60, to: 100 },
  ])
})

test('counts signals per interval', () => {
  expect(countPerInterval([-1, 0, 9, 10, 39, 40], { from: 0, to: 40 }, 4)).toEqual([2, 1, 0, 1])
})

function entry(at: number, connection: ConversationConnection): ConnectionEntry {
  return { kind: 'connection', key: at, at, connection, conversationId: 'c1', isReconnection: false }
}
