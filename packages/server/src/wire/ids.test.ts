import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createIdTag,
  decodeConversationPosition,
  decodeEntryId,
  decodeUserPosition,
  encodeConversationPosition,
  encodeUserPosition,
  eventId,
  messageId,
  newId,
} from './ids.ts'

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
])('invalid positions of a user are rejected: %j', (text) => {
  expect(decodeUserPosition(text)).toBeUndefined()
})

const secret = Uint8Array.from({ length: 16 }, (_, index) => index)

test('tags never change, so that published ids stay valid', () => {
  const idTag = createIdTag(secret)

  expect(idTag({ conversationRowId: 1, seq: 1 })).toBe('e9le66gu')
  expect(idTag({ conversationRowId: 2 ** 52, seq: 2 ** 40 })).toBe('q5738s1c')
})

test('a tag has 8 characters, and depends on the whole position and on the secret', () => {
  const idTag = createIdTag(secret)
  const idTagOfOtherBot = createIdTag(secret.map((byte) => byte ^ 1))
  fc.assert(
    fc.property(anyRowId, anySeq, (conversationRowId, seq) => {
      const tags = [
        idTag({ conversationRowId, seq }),
        idTag({ conversationRowId, seq: seq + 1 }),
        idTag({ conversationRowId: conversationRowId + 1, seq }),
        idTag({ conversationRowId, seq: seq + 2 ** 32 }),
        idTagOfOtherBot({ conversationRowId, seq }),
      ]

      expect(new Set(tags).size).toBe(tags.length)
      expect(tags.join()).toMatch(/^[0-9a-v]{8}(?:,[0-9a-v]{8}){4}$/)
    }),
  )
})

const timeDigits = 10

test('ids of the same millisecond are unpredictable', () => {
  const ids = Array.from({ length: 1000 }, () => newId('conv').slice('conv_'.length))

  expect(new Set(ids).size).toBe(1000)
  // A counter would only change the last characters.
  const similar = ids.filter(
    (id, index) => id.slice(timeDigits, -3) === ids[index - 1]?.slice(timeDigits, -3),
  )
  expect(similar).toEqual([])
})

test('an id of a later millisecond sorts after earlier ones', async () => {
  const first = newId('user')
  const start = Date.now()
  while (Date.now() === start) await Promise.resolve()

  expect(newId('user') > first).toBe(true)
})
