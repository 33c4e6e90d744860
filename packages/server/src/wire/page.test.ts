import { expect, test } from 'vitest'
import { decodePageToken, encodePageToken } from './page.ts'

test('a decoded token returns the encoded position', () => {
  expect(decodePageToken('messages', 5, encodePageToken('messages', 5, 1234))).toBe(1234)
  expect(decodePageToken('messages', 5, undefined)).toBeUndefined()
})

test('tokens of other lists and tampered tokens are rejected', () => {
  const token = encodePageToken('messages', 5, 1234)
  const wrong = [token, `${token}=`, `${token} `, '', 'x', Buffer.from('c6.9').toString('base64url')]

  for (const invalid of wrong) {
    expect(() => decodePageToken('conversations', 5, invalid)).toThrow('nextToken does not belong')
  }
  expect(() => decodePageToken('messages', 6, token)).toThrow('nextToken does not belong')
})
