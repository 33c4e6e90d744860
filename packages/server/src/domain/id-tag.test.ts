import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIdTag } from './id-tag.ts'

const secret = Uint8Array.from({ length: 16 }, (_, index) => index)
const anyRowId = fc.integer({ min: 1, max: 2 ** 52 })
const anySeq = fc.integer({ min: 0, max: 2 ** 40 })

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
