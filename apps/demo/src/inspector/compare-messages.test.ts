import type { Message } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import { expect, test } from 'vitest'
import { compareMessages, isFlawless } from './compare-messages.ts'

const stored = [message(1), message(2), message(3), message(4)]
const flawless = { stored: 4, shown: 4, lost: [], repeated: [], misplaced: [], unknown: [] }

test('all of it in its order is flawless', () => {
  const comparison = compareMessages(stored, shown(1, 2, 3, 4))

  expect(comparison).toEqual(flawless)
  expect(isFlawless(comparison)).toBe(true)
})

test('older messages that are not loaded are not lost', () => {
  expect(compareMessages(stored, shown(3, 4))).toEqual({ ...flawless, shown: 2 })
})

test('what is missing in between, or at the end, is lost', () => {
  expect(compareMessages(stored, shown(1, 3))).toMatchObject({ lost: ['m2', 'm4'], misplaced: [] })
})

test('what is shown twice, or was stored twice, is repeated', () => {
  const twice = [...stored, message(5, 'k1'), message(6, 'k1')]

  expect(compareMessages(twice, shown(1, 2, 2, 3, 4, 5))).toMatchObject({
    repeated: ['m2', 'm6'],
    lost: [],
    misplaced: [],
  })
})

test('what stands elsewhere than at the server is misplaced', () => {
  expect(compareMessages(stored, shown(1, 3, 2, 4))).toMatchObject({ misplaced: ['m3', 'm2'], lost: [] })
})

test('what came since the list was made is no flaw; what is shown and was deleted is', () => {
  expect(compareMessages(stored, shown(1, 2, 3, 4, 5))).toEqual(flawless)
  expect(compareMessages([message(1), message(3)], shown(1, 2, 3))).toMatchObject({ unknown: ['m2'] })
})

test('an empty conversation is flawless', () => {
  expect(isFlawless(compareMessages([], []))).toBe(true)
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
  return numbers.map((number) => ({ ...message(number), key: `m${number}`, status: 'sent' }))
}
