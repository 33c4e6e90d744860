import { expect, test } from 'vitest'
import { createDeletionSlices } from './deletion-slices.ts'

test('failing slices are retried, and reported once', async () => {
  const errors: unknown[] = []
  const outcomes = ['full', 'full', 'done']
  let results = 0
  const slices = createDeletionSlices({
    isPending: () => outcomes.length > 0,
    run: () => {
      const outcome = outcomes.shift()
      if (outcome !== 'done') throw new Error(outcome)
      return { outcomes: [], changes: [] }
    },
    onResult: () => results++,
    onError: (error) => errors.push(error),
    commitBarrier: undefined,
  })

  slices.wake()

  await expect.poll(() => results, { timeout: 10_000 }).toBe(1)
  expect(errors).toEqual([new Error('full')])
})
