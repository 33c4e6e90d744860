import { expect, test } from 'vitest'
import { sipHash, type WordPair } from './sip-hash.ts'

const hex = ([low, high]: [number, number]): string => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(low, 0)
  bytes.writeUInt32LE(high, 4)
  return bytes.toString('hex')
}
const parseWords = (text: string): WordPair => {
  const bytes = Buffer.from(text, 'hex')
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)]
}

test.each([
  // The test vector for 16 bytes of the reference implementation.
  ['000102030405060708090a0b0c0d0e0f', '000102030405060708090a0b0c0d0e0f', 'db9bc2577fcc2a3f'],
  // Computed with `openssl mac … SIPHASH`.
  ['00000000000000000000000000000000', '00000000000000000000000000000000', '76291780c2ecca32'],
  ['ffffffffffffffffffffffffffffffff', 'ffffffffffffffffffffffffffffffff', '2e9ad29e85dd271a'],
  ['5f808080808080808080808080808080', '0123456789abcdeffedcba9876543210', '542979550d8ee564'],
  ['c3c3c3c3c3c3c3c33c3c3c3c3c3c3c3c', '00000000000000800000000000000001', '4bbd92ce7bfc246c'],
])('the hash under %s of %s is %s', (key, input, expected) => {
  expect(hex(sipHash(parseWords(key), parseWords(input)))).toBe(expected)
})
