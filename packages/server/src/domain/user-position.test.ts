import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePosition, encodePosition } from './positions.ts'
import { decodeUserPosition, encodeUserPosition } from './user-position.ts'

const whole = fc.nat({ max: Number.MAX_SAFE_INTEGER })

test('a position of a user reads as it was written', () => {
  fc.assert(
    fc.property(whole, whole, (userKey, sequence) => {
      expect(decodeUserPosition(encodeUserPosition({ userKey, sequence }))).toEqual({ userKey, sequence })
    }),
  )
})

test('a position of a user is none of a conversation, and the other way round', () => {
  expect(decodePosition(encodeUserPosition({ userKey: 7, sequence: 8 }))).toBeUndefined()
  expect(decodeUserPosition(encodePosition({ conversationKey: 7, number: 8 }))).toBeUndefined()
})

test.each(['', 'u', 'nonsense', `u${'z'.repeat(22)}`, `U${'0'.repeat(22)}`, `u${'0'.repeat(23)}`])(
  'what is no position is none: %j',
  (text) => {
    expect(decodeUserPosition(text)).toBeUndefined()
  },
)
