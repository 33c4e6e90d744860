import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIdTag } from './id-tag.ts'

const secret = Uint8Array.from({ length: 16 }, (_, index) => index)
const key = fc.integer({ min: 1, max: 2 ** 52 })
const number = fc.integer({ min: 0, max: 2 ** 40 })

test('tags never change, so that published ids stay valid', () => {
  const tagOf = createIdTag(secret)

  expect(tagOf({ conversationKey: 1, number: 1 })).toBe('e9le66gu')
  expect(tagOf({ conversationKey: 2 ** 52, number: 2 ** 40 })).toBe('q5738s1c')
})

test('a tag has 8 characters, and depends on the whole position and on the secret', () => {
  const tagOf = createIdTag(secret)
  const ofOther = createIdTag(secret.map((byte) => byte ^ 1))
  fc.assert(
    fc.property(key, number, (conversationKey, at) => {
      const tags = [
        tagOf({ conversationKey, number: at }),
        tagOf({ conversationKey, number: at + 1 }),
        tagOf({ conversationKey: conversationKey + 1, number: at }),
        tagOf({ conversationKey, number: at + 2 ** 32 }),
        ofOther({ conversationKey, number: at }),
      ]

      expect(new Set(tags).size).toBe(tags.length)
      expect(tags.join()).toMatch(/^[0-9a-v]{8}(?:,[0-9a-v]{8}){4}$/)
    }),
  )
})
