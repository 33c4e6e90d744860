import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTime } from './render.ts'

test('formats times like Date.toISOString', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) })), (times) => {
      expect(times.map(isoTime)).toEqual(times.map((time) => new Date(time).toISOString()))
    }),
  )
})

test.each(['1970-01-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z', '2026-11-22T08:05:09.007Z'])(
  '%s is unchanged after parsing and formatting',
  (text) => {
    expect(isoTime(Date.parse(text))).toBe(text)
  },
)
