import { ChatError } from '@parley/core'
import { expect, test } from 'vitest'
import type { ChatView } from '../chat-view.ts'
import { createStatusLine } from './status-line.ts'

const cause = new ChatError('NetworkFailed', 'It was cut.')
const well = { state: 'online', isSynced: true } as const
const lost = { state: 'reconnecting', attempt: 1, retryAt: 2_500, cause, isSynced: false } as const

test('a lost connection counts down, and is said to be back for a while', () => {
  let time = 0
  const notices = createStatusLine(() => time, String)
  const at = (now: number, connection: ChatView['connection']): unknown => {
    time = now
    return [notices.lines(view({ connection })), notices.nextChangeInMs]
  }

  expect(at(0, well)).toEqual([[], undefined])
  expect(at(100, lost)).toEqual([['connection lost; trying again in 3 s (Enter: now)'], 400])
  expect(at(500, lost)).toEqual([['connection lost; trying again in 2 s (Enter: now)'], 1_000])
  expect(at(2_500, lost)).toEqual([['connection lost; trying again (attempt 1)…'], undefined])
  expect(at(2_600, { state: 'online', isSynced: false })).toEqual([['catching up…'], undefined])
  expect(at(3_000, well)).toEqual([['back'], 3_000])
  expect(at(6_000, well)).toEqual([[], undefined])
})

test('it says who is typing', () => {
  const notices = createStatusLine(
    () => 0,
    (id) => id.toUpperCase(),
  )

  expect(notices.lines(undefined)).toEqual(['connecting…'])
  expect(notices.lines(view({ typing: ['ann'] }))).toEqual(['ANN is typing…'])
  expect(notices.lines(view({ typing: ['ann', 'bob'] }))).toEqual(['ANN, BOB are typing…'])
})

function view(some: Partial<ChatView>): ChatView {
  return { messages: [], connection: well, typing: [], participants: [], isLoaded: true, ...some }
}
