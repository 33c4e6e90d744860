/** A place in the log of all conversations of one user. */
export interface UserPosition {
  readonly userKey: number
  readonly sequence: number
  /** Of the bot's log; see `BotRecord`. */
  readonly epoch: string
}

const keyDigits = 11
const sequenceDigits = 11
const epochAt = 1 + keyDigits + sequenceDigits
/** The first letter tells it from a position in one conversation, which has none. */
const encoded = /^u[0-9a-z]{30}$/

/**
 * Encodes a position as 31 opaque characters: the SSE `id` of a signal on a user's stream. It identifies the user by
 * their key (INV-6), so it is invalid for a later user with the same id.
 */
export function encodeUserPosition({ userKey, sequence, epoch }: UserPosition): string {
  return `u${userKey.toString(36).padStart(keyDigits, '0')}${sequence.toString(36).padStart(sequenceDigits, '0')}${epoch}`
}

/** Reads what `encodeUserPosition` wrote; undefined for anything else. */
export function decodeUserPosition(text: string): UserPosition | undefined {
  if (!encoded.test(text)) return undefined
  const userKey = Number.parseInt(text.slice(1, 1 + keyDigits), 36)
  const sequence = Number.parseInt(text.slice(1 + keyDigits, epochAt), 36)
  return Number.isSafeInteger(userKey) && Number.isSafeInteger(sequence)
    ? { userKey, sequence, epoch: text.slice(epochAt) }
    : undefined
}
