import { expect, test } from 'vitest'
import { decodePageToken, encodePageToken } from './page-token.ts'

test('a token gives back the position it was made of', () => {
  expect(decodePageToken('messages', 5, encodePageToken('messages', 5, 1234))).toBe(1234)
  expect(decodePageToken('messages', 5, undefined)).toBeUndefined()
})

test('a token fits no other list, and no token is accepted that was not made here', () => {
  const token = encodePageToken('messages', 5, 1234)
  const wrong = [token, `${token}=`, `${token} `, '', 'x', Buffer.from('c6.9').toString('base64url')]

  for (const given of wrong) {
    expect(() => decodePageToken('conversations', 5, given)).toThrow('nextToken is not one')
  }
  expect(() => decodePageToken('messages', 6, token)).toThrow('nextToken is not one')
})
