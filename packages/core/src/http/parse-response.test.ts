import { expect, test } from 'vitest'
import { retryAfterMs } from './parse-response.ts'

const now = Date.UTC(2026, 0, 1, 12, 0, 0)

test.each([
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  ['120', 120_000],
  ['0.5', 500],
  ['-3', 0],
  ['soon', undefined],
  ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
  ['Thu, 01 Jan 2026 11:59:30 GMT', 0],
])('retry-after: %s means a delay of %s ms', (value, expected) => {
  const headers = new Headers(value === undefined ? {} : { 'retry-after': value })

  expect(retryAfterMs(headers, now)).toBe(expected)
})
