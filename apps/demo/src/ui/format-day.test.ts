import { expect, test } from 'vitest'
import { formatDay } from './format-day.ts'

const now = new Date(2030, 2, 4, 0, 30)

test.each([
  [new Date(2030, 2, 4, 0, 5), 'Today'],
  [new Date(2030, 2, 3, 23, 59), 'Yesterday'],
  [new Date(2030, 2, 1, 12), 'Friday, March 1'],
  [new Date(2029, 11, 31, 12), 'Monday, December 31, 2029'],
])('formats %s', (day, label) => {
  expect(formatDay(day, now, 'en-US')).toBe(label)
})
