import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePosition, encodePosition, eventId, messageId, positionOfId } from './positions.ts'

const key = fc.integer({ min: 1, max: 2 ** 52 })
const number = fc.integer({ min: 0, max: 2 ** 40 })

test('a position survives being written and read', () => {
  fc.assert(
    fc.property(key, number, (conversationKey, position) => {
      expect(decodePosition(encodePosition({ conversationKey, number: position }))).toEqual({
        conversationKey,
        number: position,
      })
    }),
  )
})

test('what was not written by us is no position', () => {
  for (const text of [
    '',
    'nonsense',
    '0'.repeat(19),
    `${'0'.repeat(20)}\n`,
    'Z'.repeat(20),
    'zzzzzzzzzzzzzzzzzzzz',
  ]) {
    expect(decodePosition(text)).toBeUndefined()
  }
})

test('the id of a message names no event, and the other way round', () => {
  const position = { conversationKey: 7, number: 3 }

  expect(positionOfId('message', messageId(position))).toEqual(position)
  expect(positionOfId('event', messageId(position))).toBeUndefined()
  expect(positionOfId('message', eventId(position))).toBeUndefined()
})

test('later positions of a conversation sort behind earlier ones', () => {
  fc.assert(
    fc.property(key, number, number, (conversationKey, a, b) => {
      const [first, second] = [a, b].map((position) => encodePosition({ conversationKey, number: position }))

      expect(Math.sign((first ?? '').localeCompare(second ?? ''))).toBe(Math.sign(a - b))
    }),
  )
})
