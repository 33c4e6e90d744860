import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeConversationPosition, encodeConversationPosition } from './positions.ts'
import { decodeUserPosition, encodeUserPosition } from './user-position.ts'

const epoch = '0a1b2c3d'
const whole = fc.nat({ max: Number.MAX_SAFE_INTEGER })

test('a decoded position of a user equals the encoded one', () => {
  fc.assert(
    fc.property(whole, whole, (userRowId, sequence) => {
      expect(decodeUserPosition(encodeUserPosition({ userRowId, sequence, epoch }))).toEqual({
        userRowId,
        sequence,
        epoch,
      })
    }),
  )
})

test('a position of a user is not a position of a conversation, and vice versa', () => {
  expect(decodeConversationPosition(encodeUserPosition({ userRowId: 7, sequence: 8, epoch }))).toBeUndefined()
  expect(
    decodeUserPosition(encodeConversationPosition({ conversationRowId: 7, seq: 8, epoch })),
  ).toBeUndefined()
})

test.each([
  '',
  'u',
  'nonsense',
  `u${'z'.repeat(30)}`,
  `U${'0'.repeat(30)}`,
  `u${'0'.repeat(31)}`,
  `u${'0'.repeat(22)}`,
])('invalid positions are rejected: %j', (text) => {
  expect(decodeUserPosition(text)).toBeUndefined()
})
