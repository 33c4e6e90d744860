/** A place in the log of all conversations of one user. */
export interface UserPosition {
  readonly userKey: number
  readonly sequence: number
}

const keyDigits = 11
const sequenceDigits = 11
/** The first letter tells it from a position in one conversation, which has none. */
const encoded = /^u[0-9a-z]{22}$/

/**
 * Writes a position as 23 opaque characters: the SSE `id` of a signal on the stream of a user. It names the user by their key
 * (INV-6): to whoever takes their id later it means nothing.
 */
export function encodeUserPosition({ userKey, sequence }: UserPosition): string {
  return `u${userKey.toString(36).padStart(keyDigits, '0')}${sequence.toString(36).padStart(sequenceDigits, '0')}`
}

/** Reads what `encodeUserPosition` wrote; undefined for anything else. */
export function decodeUserPosition(text: string): UserPosition | undefined {
  if (!encoded.test(text)) return undefined
  const userKey = Number.parseInt(text.slice(1, 1 + keyDigits), 36)
  const sequence = Number.parseInt(text.slice(1 + keyDigits), 36)
  return Number.isSafeInteger(userKey) && Number.isSafeInteger(sequence) ? { userKey, sequence } : undefined
}
