/** A position in the log of all conversations of a user. */
export interface UserPosition {
  readonly userRowId: number
  readonly sequence: number
  /** Epoch of the bot's log; see `BotRecord`. */
  readonly epoch: string
}

const rowIdDigits = 11
const sequenceDigits = 11
const epochStart = 1 + rowIdDigits + sequenceDigits
/** The first letter distinguishes it from a position in one conversation, which is shorter. */
const encodedPattern = /^u[0-9a-z]{30}$/

/**
 * Encodes a position as 31 opaque characters: the SSE `id` of a signal on a user's stream. It contains the user's row
 * id (INV-6), so it is invalid for a later user with the same id.
 */
export function encodeUserPosition({ userRowId, sequence, epoch }: UserPosition): string {
  const rowIdText = userRowId.toString(36).padStart(rowIdDigits, '0')
  const sequenceText = sequence.toString(36).padStart(sequenceDigits, '0')
  return `u${rowIdText}${sequenceText}${epoch}`
}

/** Decodes a position. Returns undefined if the text is not a position of a user. */
export function decodeUserPosition(text: string): UserPosition | undefined {
  if (!encodedPattern.test(text)) return undefined
  const userRowId = Number.parseInt(text.slice(1, 1 + rowIdDigits), 36)
  const sequence = Number.parseInt(text.slice(1 + rowIdDigits, epochStart), 36)
  return Number.isSafeInteger(userRowId) && Number.isSafeInteger(sequence)
    ? { userRowId, sequence, epoch: text.slice(epochStart) }
    : undefined
}
