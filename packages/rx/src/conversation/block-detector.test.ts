import { ChatError } from '@parley/core'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../../core/e2e/fake-clock.ts'
import { createBlockDetector, type BlockDetector } from './block-detector.ts'

const lost = new ChatError('NetworkFailed', 'Unable to createMessage; the network failed.')

function open() {
  const clock = createFakeClock()
  const detector = createBlockDetector(clock)
  return { clock, detector, verdict: (count: number) => fail(detector, count) }
}

/** Fails this many times; another request succeeds after each failure. */
function fail(detector: BlockDetector, count: number): ChatError | undefined {
  let verdict: ChatError | undefined
  for (let index = 0; index < count; index++) {
    detector.sendFailed(lost)
    verdict = detector.otherSucceeded()
  }
  return verdict
}

test('five failed attempts over 30 s mean that the message is blocked, with the last failure as the cause', () => {
  const { clock, verdict } = open()

  expect(verdict(4)).toBeUndefined()
  clock.advance(30_000)

  expect(verdict(1)).toMatchObject({ type: 'NetworkFailed', cause: lost })
})

test('many attempts within 30 s are not enough, and neither are four attempts over an hour', () => {
  const quick = open()
  const slow = open()

  quick.verdict(1)
  quick.clock.advance(29_999)
  slow.verdict(1)
  slow.clock.advance(3_600_000)

  expect(quick.verdict(100)).toBeUndefined()
  expect(slow.verdict(3)).toBeUndefined()
})

test('setting the clock back has no effect', () => {
  const { clock, verdict } = open()

  verdict(4)
  clock.advance(29_000)
  clock.setBack(3_600_000)
  clock.advance(1_000)

  expect(verdict(1)).toBeDefined()
})

test.each<[string, (detector: BlockDetector) => void]>([
  ['another request fails as well', (detector) => detector.reset()],
  ['the user key is missing', (detector) => detector.sendFailed(new ChatError('KeyUnavailable', 'No key.'))],
])('all attempts are forgotten when %s', (_, happen) => {
  const { clock, detector, verdict } = open()
  verdict(4)
  clock.advance(30_000)

  happen(detector)

  expect(clock.waits).toEqual([])
  expect(verdict(4)).toBeUndefined()
  clock.advance(30_000)
  expect(verdict(1)).toBeDefined()
})

test('a successful request without a failed attempt has no effect', () => {
  const { clock, detector, verdict } = open()
  verdict(4)
  clock.advance(30_000)

  for (let count = 0; count < 10; count++) expect(detector.otherSucceeded()).toBeUndefined()
})
