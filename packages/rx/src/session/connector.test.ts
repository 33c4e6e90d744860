import { expect, test } from 'vitest'
import { parseUserId } from './connector.ts'

const createKey = (claims: string): string => `e30.${Buffer.from(claims).toString('base64url')}.signature`

test.each([
  ['an id', createKey('{"id":"user_1"}'), 'user_1'],
  ['an id beyond ASCII', createKey('{"id":"ünï"}'), 'ünï'],
  ['no id', createKey('{"bot":"b"}'), undefined],
  ['an id that is not a string', createKey('{"id":7}'), undefined],
  ['claims that are not an object', createKey('null'), undefined],
  ['another format than JWT', 'me', undefined],
  ['no content', '', undefined],
])('a user key with %s', (_, key, id) => {
  expect(parseUserId(key)).toBe(id)
})
