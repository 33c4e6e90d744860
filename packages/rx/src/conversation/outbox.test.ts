import { ChatError } from '@parley/core'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../../core/e2e/fake-clock.ts'
import { createBlockDetector, type BlockDetector } from './outbox.ts'

const networkError = new ChatError('NetworkFailed', 'Unable to create the message; the network failed.')

function open() {
  const clock = createFakeClock()
  const detector = createBlockDetector(clock)
  return { clock, detector, failTimes: (count: number) => fail(detector, count) }
}

/** Fails this many times; another request succeeds after each failure. */
function fail(detector: BlockDetector, count: number): ChatError | undefined {
  let error: ChatError | undefined
  for (let index = 0; index < count; index++) {
    detector.sendFailed(networkError)
    error = detector.otherSucceeded()
  }
  return error
}

test('five failed attempts over 30 s mean that the message is blocked, with the last failure as the cause', () => {
  const { clock, failTimes } = open()

  expect(failTimes(4)).toBeUndefined()
  clock.advance(30_000)

  expect(failTimes(1)).toMatchObject({ type: 'NetworkFailed', cause: networkError })
})

test('many attempts within 30 s are not enough, and neither are four attempts over an hour', () => {
  const quick = open()
  const slow = open()

  quick.failTimes(1)
  quick.clock.advance(29_999)
  slow.failTimes(1)
  slow.clock.advance(3_600_000)

  expect(quick.failTimes(100)).toBeUndefined()
  expect(slow.failTimes(3)).toBeUndefined()
})

test('setting the clock back has no effect', () => {
  const { clock, failTimes } = open()

  failTimes(4)
  clock.advance(29_000)
  clock.setBack(3_600_000)
  clock.advance(1_000)

  expect(failTimes(1)).toBeDefined()
})

test.each<[string, (detector: BlockDetector) => void]>([
  ['another request fails as well', (detector) => detector.reset()],
  ['the user key is missing', (detector) => detector.sendFailed(new ChatError('KeyUnavailable', 'No key.'))],
])('all attempts are forgotten when %s', (_, act) => {
  const { clock, detector, failTimes } = open()
  failTimes(4)
  clock.advance(30_000)

  act(detector)

  expect(clock.waits).toEqual([])
  expect(failTimes(4)).toBeUndefined()
  clock.advance(30_000)
  expect(failTimes(1)).toBeDefined()
})

test('a successful request without a failed attempt has no effect', () => {
  const { clock, detector, failTimes } = open()
  failTimes(4)
  clock.advance(30_000)

  for (let count = 0; count < 10; count++) expect(detector.otherSucceeded()).toBeUndefined()
})
