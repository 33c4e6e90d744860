import { expect, test } from 'vitest'
import { createFakeClock } from '../../e2e/fake-clock.ts'
import { sleep, systemClock, withTimeout } from './clock.ts'

const never = (): Promise<never> => new Promise(() => {})
const operation = 'getUser'

test('settles like the work and leaves no timer behind', async () => {
  const clock = createFakeClock()

  await expect(withTimeout({ operation, clock, timeoutMs: 10 }, async () => 'done')).resolves.toBe('done')
  await expect(
    withTimeout({ operation, clock, timeoutMs: 10 }, () => Promise.reject(new Error('no'))),
  ).rejects.toThrow('no')
  expect(clock.waits).toEqual([])
})

test('rejects after the timeout', async () => {
  const clock = createFakeClock()

  const work = withTimeout({ operation, clock, timeoutMs: 10 }, never)
  clock.advance(10)

  await expect(work).rejects.toMatchObject({
    type: 'TimedOut',
    message: 'Unable to get the user; no data arrived for 10 ms. Try again.',
  })
})

test("rejects with the signal's reason, and does not start if the signal has aborted already", async () => {
  const clock = createFakeClock()
  let starts = 0
  const work = async (): Promise<void> => void starts++

  await expect(
    withTimeout({ operation, clock, timeoutMs: 10, signal: AbortSignal.abort('gone') }, work),
  ).rejects.toBe('gone')
  expect(starts).toBe(0)
})

test("sleep ends after the timeout, or with the signal's reason", async () => {
  const clock = createFakeClock()
  const controller = new AbortController()

  const sleeps = [
    sleep({ operation, clock, timeoutMs: 10 }),
    sleep({ operation, clock, timeoutMs: 20, signal: controller.signal }),
  ]
  clock.advance(10)
  controller.abort('gone')

  await expect(sleeps[0]).resolves.toBeUndefined()
  await expect(sleeps[1]).rejects.toBe('gone')
  expect(clock.waits).toEqual([])
})

test('an infinite delay of the system clock does not end at once', async () => {
  let hasFired = false

  const cancel = systemClock.after(Infinity, () => {
    hasFired = true
  })
  await new Promise((resolve) => {
    systemClock.after(5, () => resolve(undefined))
  })

  expect(hasFired).toBe(false)
  cancel()
})
