import { expect, test } from 'vitest'
import { pingFrame } from './frame.ts'
import { createListeners, type ConversationListener, type Listener, type Sink } from './listeners.ts'

const kibibyte = 1024

/** A listener with unsent data. Its expiry is in the future, and it was just written to. */
function listener(userRowId: number, kibibytes: number): ConversationListener & { calls: string[] } {
  const calls: string[] = []
  const sink: Partial<Sink> = {
    bufferedBytes: () => kibibytes * kibibyte,
    write: () => calls.push('write'),
    end: () => calls.push('end'),
    destroy: () => calls.push('destroy'),
  }
  const members: Partial<ConversationListener> = { userRowId, expiresAt: 1, wroteSinceSweep: true }
  return { ...members, sink, calls } as ConversationListener & { calls: string[] }
}

function createListenersWith(...added: Listener[]) {
  const removed: Listener[] = []
  const listeners = createListeners(
    {
      pingIntervalMs: 1_000,
      maxBufferedBytes: 1_000 * kibibyte,
      maxBufferedBytesPerUser: 1_500 * kibibyte,
      maxBufferedBytesInTotal: 2_000 * kibibyte,
      now: () => 0,
      monotonicNow: () => 0,
    },
    (item) => removed.push(item),
  )
  for (const item of added) listeners.add(item)
  return { listeners, removed }
}

test('a listener is disconnected for its own unsent data, or for that of all streams of its user', () => {
  const items = [listener(1, 1_001), listener(2, 900), listener(2, 700), listener(3, 900)] as const
  const [single, a, b, differentUser] = items
  const { listeners, removed } = createListenersWith(...items)

  for (const item of [single, a, differentUser]) listeners.write(item, pingFrame)

  expect(items.map(({ calls }) => calls)).toEqual([['destroy'], ['destroy'], [], ['write']])
  expect(removed).toEqual([single, a])
  expect(listeners.count).toBe(2)
  expect([...listeners.ofUser(2)]).toEqual([b])
})

test('a stream with little unsent data stays open, even if its user exceeds the limit', () => {
  const fast = listener(2, 10)
  const { listeners } = createListenersWith(fast, listener(2, 900), listener(2, 700))

  listeners.write(fast, pingFrame)

  expect(fast.calls).toEqual(['write'])
})

test('a removed stream no longer counts, and is removed once', () => {
  const [a, b] = [listener(2, 900), listener(2, 700)]
  const { listeners, removed } = createListenersWith(a, b)

  listeners.remove(b)
  listeners.remove(b)
  listeners.write(a, pingFrame)

  expect(a.calls).toEqual(['write'])
  expect(removed).toEqual([b])
  expect(listeners.count).toBe(1)
})

test('beyond the total limit, the listeners with the most unsent data are disconnected', () => {
  const items = [500, 900, 10, 800].map((kibibytes, userRowId) => listener(userRowId, kibibytes))
  const { listeners } = createListenersWith(...items)

  listeners.sweep()
  listeners.sweep()

  expect(items.map(({ calls }) => calls)).toEqual([[], ['destroy'], [], []])
})
