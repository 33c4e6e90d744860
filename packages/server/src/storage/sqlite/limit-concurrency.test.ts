import { expect, test } from 'vitest'
import { limitConcurrency } from './limit-concurrency.ts'

test('runs at most the allowed number of calls at a time, in order, even after a failure', async () => {
  let running = 0
  let maxRunning = 0
  const started: number[] = []
  const limited = limitConcurrency(async (input: number) => {
    started.push(input)
    maxRunning = Math.max(maxRunning, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    if (input === 2) throw new Error('two')
    return input
  }, 3)

  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map(limited))

  expect(maxRunning).toBe(3)
  expect(started).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
    true,
    false,
    true,
    true,
    true,
    true,
    true,
  ])
})
