import { expect, test } from 'vitest'
import { parseUserId } from './parse-user-id.ts'

const keyOf = (claims: string): string => `e30.${Buffer.from(claims).toString('base64url')}.signature`

test.each([
  ['an id', keyOf('{"id":"user_1"}'), 'user_1'],
  ['an id beyond ASCII', keyOf('{"id":"ünï"}'), 'ünï'],
  ['no id', keyOf('{"bot":"b"}'), undefined],
  ['an id that is no text', keyOf('{"id":7}'), undefined],
  ['claims that are no object', keyOf('null'), undefined],
  ['no JWT', 'me', undefined],
  ['nothing', '', undefined],
])('a key with %s', (_, key, id) => {
  expect(parseUserId(key)).toBe(id)
})
