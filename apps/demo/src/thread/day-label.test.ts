import { expect, test } from 'vitest'
import { dayLabel } from './day-label.ts'

const now = new Date(2030, 2, 4, 0, 30)

test.each([
  [new Date(2030, 2, 4, 0, 5), 'Today'],
  [new Date(2030, 2, 3, 23, 59), 'Yesterday'],
  [new Date(2030, 2, 1, 12), 'Friday, March 1'],
  [new Date(2029, 11, 31, 12), 'Monday, December 31, 2029'],
])('names %s', (day, label) => {
  expect(dayLabel(day, now, 'en-US')).toBe(label)
})
