import { expect, test } from 'vitest'
import { median, percentile, ratioOf, summaryOf } from './statistics.ts'

test.each([
  { values: [3], middle: 3 },
  { values: [10, 1, 2], middle: 2 },
  { values: [4, 1, 3, 2], middle: 2.5 },
  { values: [], middle: Number.NaN },
])('the median of $values is $middle', ({ values, middle }) => {
  expect(median(values)).toBe(middle)
})

test.each([
  { share: 0, value: 10 },
  { share: 0.5, value: 50 },
  { share: 0.99, value: 100 },
  { share: 1, value: 100 },
])('of ten values the percentile $share is $value', ({ share, value }) => {
  expect(percentile([100, 90, 80, 70, 60, 50, 40, 30, 20, 10], share)).toBe(value)
})

test('a percentile leaves the values in their order', () => {
  const values = new Float64Array([3, 1, 2])

  percentile(values, 0.5)

  expect([...values]).toEqual([3, 1, 2])
})

test('a summary has the median and the spread', () => {
  expect(summaryOf([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 })
})

test('a ratio is taken within each round, so that a slow round counts for both', () => {
  const ours = [100, 10, 110]
  const theirs = [200, 20, 200]

  expect(ratioOf(ours, theirs)).toEqual({ median: 0.5, min: 0.5, max: 0.55 })
})
