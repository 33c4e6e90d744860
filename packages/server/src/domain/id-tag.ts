import type { EntryPosition } from './positions.ts'
import { sipHash, type WordPair } from './sip-hash.ts'

/**
 * Creates a function that computes the tags of a bot's message and event ids: 8 characters, which encode 40 bits of a
 * keyed hash of the position.
 *
 * Clients cannot compute ids from known ones, so they cannot probe whether an id exists.
 *
 * @param secret - The bot's 16 bytes. Another secret would change all ids.
 */
export function createIdTag(secret: Uint8Array): (position: EntryPosition) => string {
  const bytes = new DataView(secret.buffer, secret.byteOffset, secret.byteLength)
  const word = (index: number): number => bytes.getUint32(4 * index, true)
  const key: WordPair = [word(0), word(1), word(2), word(3)]
  return ({ conversationRowId, seq }) => {
    const [low, high] = sipHash(key, [
      conversationRowId >>> 0,
      Math.floor(conversationRowId / 2 ** 32),
      seq >>> 0,
      Math.floor(seq / 2 ** 32),
    ])
    return (
      pair(low & tenBits) +
      pair((low >>> 10) & tenBits) +
      pair(high & tenBits) +
      pair((high >>> 10) & tenBits)
    )
  }
}

const tenBits = 1023
const pairs = Array.from({ length: 1024 }, (_, value) => value.toString(32).padStart(2, '0'))

function pair(value: number): string {
  return pairs[value] ?? ''
}
