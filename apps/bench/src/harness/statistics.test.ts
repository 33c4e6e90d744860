import { expect, test } from 'vitest'
import { median, percentile, summarize, summarizeRatio } from './statistics.ts'

test.each([
  { values: [3], middle: 3 },
  { values: [10, 1, 2], middle: 2 },
  { values: [4, 1, 3, 2], middle: 2.5 },
  { values: [], middle: Number.NaN },
])('the median of $values is $middle', ({ values, middle }) => {
  expect(median(values)).toBe(middle)
})

test.each([
  { fraction: 0, value: 10 },
  { fraction: 0.5, value: 50 },
  { fraction: 0.99, value: 100 },
  { fraction: 1, value: 100 },
])('the percentile $fraction of ten values is $value', ({ fraction, value }) => {
  expect(percentile([100, 90, 80, 70, 60, 50, 40, 30, 20, 10], fraction)).toBe(value)
})

test('percentile() does not reorder its input', () => {
  const values = new Float64Array([3, 1, 2])

  percentile(values, 0.5)

  expect([...values]).toEqual([3, 1, 2])
})

test('a summary contains the median and the range', () => {
  expect(summarize([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 })
})

test('a ratio is computed within each round, so a slow round affects both sides', () => {
  const ours = [100, 10, 110]
  const theirs = [200, 20, 200]

  expect(summarizeRatio(ours, theirs)).toEqual({ median: 0.5, min: 0.5, max: 0.55 })
})
