import { ChatError } from '@parley/core'
import { expect, test } from 'vitest'
import { connectionText } from './connection-text.ts'

const cause = new ChatError('NetworkFailed', 'Unable to listen;\u001B[2J it was cut.')
const lost = { state: 'reconnecting', attempt: 2, retryAt: 5_000, cause, isSynced: false } as const

test('it counts down to the next attempt, and says when that is under way', () => {
  expect([1_000, 4_001, 4_999, 5_000].map((now) => connectionText(lost, now))).toEqual([
    'connection lost; trying again in 4 s (Enter: now)',
    'connection lost; trying again in 1 s (Enter: now)',
    'connection lost; trying again in 1 s (Enter: now)',
    'connection lost; trying again (attempt 2)…',
  ])
})

test('it says nothing where all is well', () => {
  expect(connectionText({ state: 'online', isSynced: true }, 0)).toBe(undefined)
  expect(connectionText({ state: 'online', isSynced: false }, 0)).toBe('catching up…')
  expect(connectionText({ state: 'closed', cause, isSynced: false }, 0)).toBe('Unable to listen; it was cut.')
})
