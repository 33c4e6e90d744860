import { ChatError } from '@parley/core'
import { expect, test } from 'vitest'
import { connectionText } from './connection-text.ts'

const cause = new ChatError('NetworkFailed', 'Unable to listen;\u001B[2J the connection failed.')
const lost = { state: 'reconnecting', attempt: 2, retryAt: 5_000, cause, isSynced: false } as const

test('the text counts down to the next attempt, then shows that it is in flight', () => {
  expect([1_000, 4_001, 4_999, 5_000].map((now) => connectionText(lost, now))).toEqual([
    'connection lost; reconnecting in 4 s (Enter: now)',
    'connection lost; reconnecting in 1 s (Enter: now)',
    'connection lost; reconnecting in 1 s (Enter: now)',
    'connection lost; reconnecting (attempt 2)…',
  ])
})

test('the text is empty if the conversation is online and synced', () => {
  expect(connectionText({ state: 'online', isSynced: true }, 0)).toBe(undefined)
  expect(connectionText({ state: 'online', isSynced: false }, 0)).toBe('syncing…')
  expect(connectionText({ state: 'closed', cause, isSynced: false }, 0)).toBe(
    'Unable to listen; the connection failed.',
  )
})
