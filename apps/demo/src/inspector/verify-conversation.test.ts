import type { Message } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import { expect, test } from 'vitest'
import { compareMessages, isConsistent } from './verify-conversation.ts'

const stored = [message(1), message(2), message(3), message(4)]
const consistent = { stored: 4, shown: 4, missing: [], duplicates: [], outOfOrder: [], unknown: [] }

test('accepts the same messages in the same order', () => {
  const comparison = compareMessages(stored, shown(1, 2, 3, 4))

  expect(comparison).toEqual(consistent)
  expect(isConsistent(comparison)).toBe(true)
})

test('does not count older messages that are not loaded as missing', () => {
  expect(compareMessages(stored, shown(3, 4))).toEqual({ ...consistent, shown: 2 })
})

test('reports messages missing in between and at the end', () => {
  expect(compareMessages(stored, shown(1, 3))).toMatchObject({ missing: ['m2', 'm4'], outOfOrder: [] })
})

test('reports messages shown twice or stored twice as duplicates', () => {
  const twice = [...stored, message(5, 'k1'), message(6, 'k1')]

  expect(compareMessages(twice, shown(1, 2, 2, 3, 4, 5))).toMatchObject({
    duplicates: ['m2', 'm6'],
    missing: [],
    outOfOrder: [],
  })
})

test('reports messages in another order than on the server', () => {
  expect(compareMessages(stored, shown(1, 3, 2, 4))).toMatchObject({ outOfOrder: ['m3', 'm2'], missing: [] })
})

test('ignores messages newer than the list, and reports shown messages that were deleted', () => {
  expect(compareMessages(stored, shown(1, 2, 3, 4, 5))).toEqual(consistent)
  expect(compareMessages([message(1), message(3)], shown(1, 2, 3))).toMatchObject({ unknown: ['m2'] })
})

test('accepts an empty conversation', () => {
  expect(isConsistent(compareMessages([], []))).toBe(true)
})

function message(number: number, clientMessageId = `k-${number}`): Message {
  return {
    id: `m${number}`,
    createdAt: `2026-11-22T12:00:0${number}.000Z`,
    conversationId: 'c1',
    userId: 'ada',
    payload: { type: 'text', text: String(number) },
    metadata: { clientMessageId },
  }
}

function shown(...numbers: number[]): ChatMessage[] {
  return numbers.map((number) => ({ ...message(number), key: `m${number}`, status: 'sent', isOwn: false }))
}
