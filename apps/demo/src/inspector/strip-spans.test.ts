import type { ConversationConnection } from '@parley/rx'
import { expect, test } from 'vitest'
import type { ConnectionEntry } from '../wire/wire-entry.ts'
import { countByPart, toSpans } from './strip-spans.ts'

const online: ConversationConnection = { state: 'online', isSynced: true }
const catchingUp: ConversationConnection = { state: 'online', isSynced: false }
const connecting: ConversationConnection = { state: 'connecting', isSynced: false }

test('each state lasts until the next, and the last until now', () => {
  const entries = [entry(10, connecting), entry(20, catchingUp), entry(30, online)]

  expect(toSpans(entries, { from: 0, to: 100 })).toEqual([
    { look: 'connecting', from: 10, to: 20 },
    { look: 'catching_up', from: 20, to: 30 },
    { look: 'online', from: 30, to: 100 },
  ])
})

test('what was before the window is cut off, and the same state twice is one piece', () => {
  const entries = [entry(10, connecting), entry(20, online), entry(30, online), entry(60, catchingUp)]

  expect(toSpans(entries, { from: 50, to: 100 })).toEqual([
    { look: 'online', from: 50, to: 60 },
    { look: 'catching_up', from: 60, to: 100 },
  ])
})

test('signals are counted by the part of the window in which they came', () => {
  expect(countByPart([-1, 0, 9, 10, 39, 40], { from: 0, to: 40 }, 4)).toEqual([2, 1, 0, 1])
})

function entry(at: number, connection: ConversationConnection): ConnectionEntry {
  return { kind: 'connection', key: at, at, connection, conversationId: 'c1', isReturn: false }
}
