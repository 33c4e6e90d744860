import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeConversationPosition,
  decodeEntryId,
  encodeConversationPosition,
  eventId,
  messageId,
} from './positions.ts'

const anyRowId = fc.integer({ min: 1, max: 2 ** 52 })
const anySeq = fc.integer({ min: 0, max: 2 ** 40 })
const epoch = '0a1b2c3d'

test('a decoded position equals the encoded one', () => {
  fc.assert(
    fc.property(anyRowId, anySeq, (conversationRowId, seq) => {
      const position = { conversationRowId, seq, epoch }

      expect(decodeConversationPosition(encodeConversationPosition(position))).toEqual(position)
    }),
  )
})

test('invalid positions are rejected', () => {
  for (const text of [
    '',
    'nonsense',
    '0'.repeat(20),
    '0'.repeat(27),
    `${'0'.repeat(28)}\n`,
    'Z'.repeat(28),
    'z'.repeat(28),
  ]) {
    expect(decodeConversationPosition(text)).toBeUndefined()
  }
})

test('the id of a message is not the id of an event, and vice versa', () => {
  const position = { conversationRowId: 7, seq: 3 }
  const tagged = { ...position, tag: '01234567' }
  const idTag = () => '01234567'

  expect(decodeEntryId('message', messageId(tagged), idTag)).toEqual(position)
  expect(decodeEntryId('event', messageId(tagged), idTag)).toBeUndefined()
  expect(decodeEntryId('message', eventId(tagged), idTag)).toBeUndefined()
})

test('an id with a wrong tag is invalid', () => {
  const idTag = ({ seq }: { seq: number }) => `tag-of-${seq}`.replaceAll('-', '0')
  const id = messageId({ conversationRowId: 7, seq: 3, tag: 'tag0of03' })

  expect(decodeEntryId('message', id, idTag)).toEqual({ conversationRowId: 7, seq: 3 })
  expect(decodeEntryId('message', id.replace('3tag', '4tag'), idTag)).toBeUndefined()
  expect(decodeEntryId('message', id.slice(0, -8), idTag)).toBeUndefined()
})

test('later positions of a conversation sort after earlier ones, whatever their tags', () => {
  const anyTag = fc.stringMatching(/^[0-9a-v]{8}$/)
  fc.assert(
    fc.property(anyRowId, anySeq, anySeq, anyTag, anyTag, (conversationRowId, a, b, tagA, tagB) => {
      fc.pre(a !== b)
      const first = messageId({ conversationRowId, seq: a, tag: tagA })
      const second = messageId({ conversationRowId, seq: b, tag: tagB })

      expect(first < second).toBe(a < b)
    }),
  )
})
