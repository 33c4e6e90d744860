import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePosition, encodePosition, eventId, messageId, positionOfId } from './positions.ts'

const key = fc.integer({ min: 1, max: 2 ** 52 })
const number = fc.integer({ min: 0, max: 2 ** 40 })
const epoch = '0a1b2c3d'

test('a position survives being written and read', () => {
  fc.assert(
    fc.property(key, number, (conversationKey, at) => {
      const position = { conversationKey, number: at, epoch }

      expect(decodePosition(encodePosition(position))).toEqual(position)
    }),
  )
})

test('what was not written by us is no position', () => {
  for (const text of [
    '',
    'nonsense',
    '0'.repeat(20),
    '0'.repeat(27),
    `${'0'.repeat(28)}\n`,
    'Z'.repeat(28),
    'z'.repeat(28),
  ]) {
    expect(decodePosition(text)).toBeUndefined()
  }
})

test('the id of a message names no event, and the other way round', () => {
  const position = { conversationKey: 7, number: 3 }
  const tagged = { ...position, tag: '01234567' }
  const tagOf = () => '01234567'

  expect(positionOfId('message', messageId(tagged), tagOf)).toEqual(position)
  expect(positionOfId('event', messageId(tagged), tagOf)).toBeUndefined()
  expect(positionOfId('message', eventId(tagged), tagOf)).toBeUndefined()
})

test('an id with a wrong tag is invalid', () => {
  const tagOf = ({ number: at }: { number: number }) => `tag-of-${at}`.replaceAll('-', '0')
  const id = messageId({ conversationKey: 7, number: 3, tag: 'tag0of03' })

  expect(positionOfId('message', id, tagOf)).toEqual({ conversationKey: 7, number: 3 })
  expect(positionOfId('message', id.replace('3tag', '4tag'), tagOf)).toBeUndefined()
  expect(positionOfId('message', id.slice(0, -8), tagOf)).toBeUndefined()
})

test('later positions of a conversation sort after earlier ones, whatever their tags', () => {
  const tag = fc.stringMatching(/^[0-9a-v]{8}$/)
  fc.assert(
    fc.property(key, number, number, tag, tag, (conversationKey, a, b, tagOfA, tagOfB) => {
      fc.pre(a !== b)
      const first = messageId({ conversationKey, number: a, tag: tagOfA })
      const second = messageId({ conversationKey, number: b, tag: tagOfB })

      expect(first < second).toBe(a < b)
    }),
  )
})
