import { expect, test } from 'vitest'
import { createDeletionSlices } from './deletion-slices.ts'

test('failing slices are retried, and reported once', async () => {
  const faults: unknown[] = []
  const outcomes = ['full', 'full', 'done']
  let answers = 0
  const slices = createDeletionSlices({
    isPending: () => outcomes.length > 0,
    run: () => {
      const outcome = outcomes.shift()
      if (outcome !== 'done') throw new Error(outcome)
      return { outcomes: [], changes: [] }
    },
    answer: () => answers++,
    onFault: (fault) => faults.push(fault),
    gate: undefined,
  })

  slices.wake()

  await expect.poll(() => answers, { timeout: 10_000 }).toBe(1)
  expect(faults).toEqual([new Error('full')])
})
