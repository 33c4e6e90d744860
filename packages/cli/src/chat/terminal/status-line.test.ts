import { ChatError } from '@parley/core'
import { expect, test } from 'vitest'
import type { ChatView } from '../chat-session.ts'
import { connectionText, createStatusLine } from './status-line.ts'

const cause = new ChatError('NetworkFailed', 'The connection failed.')
const online = { state: 'online', isSynced: true } as const
const lost = { state: 'reconnecting', attempt: 1, retryAt: 2_500, cause, isSynced: false } as const

test('the status line counts down to the reconnect, then shows for a while that the chat has reconnected', () => {
  let time = 0
  const statusLine = createStatusLine(() => time, String)
  const at = (now: number, connection: ChatView['connection']): unknown => {
    time = now
    return [statusLine.parts(view({ connection })), statusLine.nextChangeInMs]
  }

  expect(at(0, online)).toEqual([[], undefined])
  expect(at(100, lost)).toEqual([['connection lost; reconnecting in 3 s (Enter: now)'], 400])
  expect(at(500, lost)).toEqual([['connection lost; reconnecting in 2 s (Enter: now)'], 1_000])
  expect(at(2_500, lost)).toEqual([['connection lost; reconnecting (attempt 1)…'], undefined])
  expect(at(2_600, { state: 'online', isSynced: false })).toEqual([['syncing…'], undefined])
  expect(at(3_000, online)).toEqual([['reconnected'], 3_000])
  expect(at(6_000, online)).toEqual([[], undefined])
})

test('the status line shows who is typing', () => {
  const statusLine = createStatusLine(
    () => 0,
    (id) => id.toUpperCase(),
  )

  expect(statusLine.parts(undefined)).toEqual(['connecting…'])
  expect(statusLine.parts(view({ typing: ['ann'] }))).toEqual(['ANN is typing…'])
  expect(statusLine.parts(view({ typing: ['ann', 'bob'] }))).toEqual(['ANN, BOB are typing…'])
})

function view(changes: Partial<ChatView>): ChatView {
  return {
    messages: [],
    connection: online,
    typing: [],
    isAnswering: false,
    participants: [],
    isLoaded: true,
    ...changes,
  }
}

const unsafeCause = new ChatError('NetworkFailed', 'Unable to listen;\u001B[2J the connection failed.')
const lostAgain = { state: 'reconnecting', attempt: 2, retryAt: 5_000, cause, isSynced: false } as const

test('the text counts down to the next attempt, then shows that it is in flight', () => {
  expect([1_000, 4_001, 4_999, 5_000].map((now) => connectionText(lostAgain, now))).toEqual([
    'connection lost; reconnecting in 4 s (Enter: now)',
    'connection lost; reconnecting in 1 s (Enter: now)',
    'connection lost; reconnecting in 1 s (Enter: now)',
    'connection lost; reconnecting (attempt 2)…',
  ])
})

test('the text is empty if the conversation is online and synced', () => {
  expect(connectionText({ state: 'online', isSynced: true }, 0)).toBe(undefined)
  expect(connectionText({ state: 'online', isSynced: false }, 0)).toBe('syncing…')
  expect(connectionText({ state: 'closed', cause: unsafeCause, isSynced: false }, 0)).toBe(
    'Unable to listen; the connection failed.',
  )
})
