import { ChatError } from '@parley/core'
import { expect, test } from 'vitest'
import type { ChatView } from '../chat-view.ts'
import { createStatusLine } from './status-line.ts'

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
