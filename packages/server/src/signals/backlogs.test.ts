import { expect, test } from 'vitest'
import { createBacklogs } from './backlogs.ts'
import type { ConversationListener, Sink } from './listener.ts'

const kibibyte = 1024
const limits = {
  maxBufferedBytes: 1_000 * kibibyte,
  maxBufferedBytesPerUser: 1_500 * kibibyte,
  maxBufferedBytesInTotal: 2_000 * kibibyte,
}

function listener(userRowId: number, kibibytes: number): ConversationListener {
  const sink = { bufferedBytes: () => kibibytes * kibibyte } as Sink
  return { userRowId, sink } as ConversationListener
}

function createBacklogsWith(...listeners: ConversationListener[]) {
  const backlogs = createBacklogs(limits)
  for (const item of listeners) backlogs.add(item)
  return backlogs
}

test('a listener exceeds the limit with its own unsent data, or with that of all streams of its user', () => {
  const [single, a, b, differentUser] = [
    listener(1, 1_001),
    listener(2, 900),
    listener(2, 700),
    listener(3, 900),
  ]
  const backlogs = createBacklogsWith(single, a, b, differentUser)

  expect([single, a, b, differentUser].map((item) => backlogs.isTooLarge(item))).toEqual([
    true,
    true,
    true,
    false,
  ])
})

test('a stream with little unsent data stays open, even if its user exceeds the limit', () => {
  const fast = listener(2, 10)
  const backlogs = createBacklogsWith(fast, listener(2, 900), listener(2, 700))

  expect(backlogs.isTooLarge(fast)).toBe(false)
})

test('a removed stream no longer counts', () => {
  const [a, b] = [listener(2, 900), listener(2, 700)]
  const backlogs = createBacklogsWith(a, b)

  backlogs.remove(b)

  expect(backlogs.isTooLarge(a)).toBe(false)
})

test('beyond the total limit, the listeners with the most unsent data are the excess', () => {
  const listeners = [500, 900, 10, 800].map((kibibytes, userRowId) => listener(userRowId, kibibytes))
  const backlogs = createBacklogsWith(...listeners)

  expect(backlogs.excess(listeners)).toEqual([listeners[1]])
  expect(backlogs.excess(listeners.slice(0, 2))).toEqual([])
})
