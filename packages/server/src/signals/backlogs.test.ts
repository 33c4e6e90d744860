import { expect, test } from 'vitest'
import { createBacklogs } from './backlogs.ts'
import type { Listener, Sink } from './listener.ts'

const kibibyte = 1024
const limits = {
  maxBufferedBytes: 1_000 * kibibyte,
  maxBufferedBytesPerUser: 1_500 * kibibyte,
  maxBufferedBytesInTotal: 2_000 * kibibyte,
}

function listener(userKey: number, kibibytes: number): Listener {
  const sink = { bufferedBytes: () => kibibytes * kibibyte } as Sink
  return { userKey, sink } as Listener
}

function backlogsOf(...listeners: Listener[]) {
  const backlogs = createBacklogs(limits)
  for (const one of listeners) backlogs.add(one)
  return backlogs
}

test('a listener has too much unsent data alone, or together with the other streams of its user', () => {
  const [alone, one, other, ofAnother] = [
    listener(1, 1_001),
    listener(2, 900),
    listener(2, 700),
    listener(3, 900),
  ]
  const backlogs = backlogsOf(alone, one, other, ofAnother)

  expect([alone, one, other, ofAnother].map((one) => backlogs.isTooLarge(one))).toEqual([
    true,
    true,
    true,
    false,
  ])
})

test('a stream with little unsent data stays open even if its user has too much', () => {
  const quick = listener(2, 10)
  const backlogs = backlogsOf(quick, listener(2, 900), listener(2, 700))

  expect(backlogs.isTooLarge(quick)).toBe(false)
})

test('a removed stream does not count', () => {
  const [one, other] = [listener(2, 900), listener(2, 700)]
  const backlogs = backlogsOf(one, other)

  backlogs.remove(other)

  expect(backlogs.isTooLarge(one)).toBe(false)
})

test('if the total is too large, the listeners with the most unsent data are in excess', () => {
  const listeners = [500, 900, 10, 800].map((kibibytes, userKey) => listener(userKey, kibibytes))
  const backlogs = backlogsOf(...listeners)

  expect(backlogs.excess(listeners)).toEqual([listeners[1]])
  expect(backlogs.excess(listeners.slice(0, 2))).toEqual([])
})
