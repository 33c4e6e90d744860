import { expect, test } from 'vitest'
import { createFakeClock } from '../../e2e/fake-clock.ts'
import { systemClock } from './clock.ts'
import { sleep } from './sleep.ts'
import { within } from './within.ts'

const never = (): Promise<never> => new Promise(() => {})
const name = 'getUser'

test('settles as the work does, and leaves no timer', async () => {
  const clock = createFakeClock()

  await expect(within({ name, clock, timeoutMs: 10 }, async () => 'done')).resolves.toBe('done')
  await expect(within({ name, clock, timeoutMs: 10 }, () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  )
  expect(clock.waits).toEqual([])
})

test('rejects when the time is up', async () => {
  const clock = createFakeClock()

  const work = within({ name, clock, timeoutMs: 10 }, never)
  clock.advance(10)

  await expect(work).rejects.toMatchObject({
    type: 'TimedOut',
    message: 'Unable to get user; nothing came for 10 ms. Try again.',
  })
})

test('rejects with the reason of its signal, without starting if that aborted before', async () => {
  const clock = createFakeClock()
  let starts = 0
  const work = async (): Promise<void> => void starts++

  await expect(within({ name, clock, timeoutMs: 10, signal: AbortSignal.abort('gone') }, work)).rejects.toBe(
    'gone',
  )
  expect(starts).toBe(0)
})

test('sleeping ends when the time is up, or with the reason of its signal', async () => {
  const clock = createFakeClock()
  const controller = new AbortController()

  const sleeps = [
    sleep({ name, clock, timeoutMs: 10 }),
    sleep({ name, clock, timeoutMs: 20, signal: controller.signal }),
  ]
  clock.advance(10)
  controller.abort('gone')

  await expect(sleeps[0]).resolves.toBeUndefined()
  await expect(sleeps[1]).rejects.toBe('gone')
  expect(clock.waits).toEqual([])
})

test('the longest wait of the system clock does not end at once', async () => {
  let isOver = false

  const cancel = systemClock.after(Infinity, () => {
    isOver = true
  })
  await new Promise((resolve) => {
    systemClock.after(5, () => resolve(undefined))
  })

  expect(isOver).toBe(false)
  cancel()
})
