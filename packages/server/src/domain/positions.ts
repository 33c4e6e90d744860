/** The position of an entry in the log of a conversation. */
export interface EntryPosition {
  readonly conversationRowId: number
  readonly seq: number
}

/** The position in the SSE `id` of a signal. Positions of different epochs cannot be compared. */
export interface ConversationPosition extends EntryPosition {
  /** Epoch of the bot's log; see `BotRecord`. */
  readonly epoch: string
}

/** The position in the id of a message or event. */
export interface TaggedPosition extends EntryPosition {
  /** The last part of the id, which makes ids unpredictable; see `id-tag.ts`. */
  readonly tag: string
}

const rowIdDigits = 11
const seqDigits = 9
/** 20 digits of the position, then 8 characters of the epoch or tag. */
const encodedPattern = /^[0-9a-z]{28}$/

/** Encodes a position as 28 opaque characters. Within a conversation they sort in log order. */
export function encodeConversationPosition({ conversationRowId, seq, epoch }: ConversationPosition): string {
  return encode({ conversationRowId, seq }, epoch)
}

/** Decodes a position. Returns undefined if the text is not a position. */
export function decodeConversationPosition(text: string): ConversationPosition | undefined {
  const decoded = decode(text)
  return decoded && { ...decoded.position, epoch: decoded.suffix }
}

const prefixes = { message: 'msg_', event: 'event_' } as const

export function messageId(position: TaggedPosition): string {
  return prefixes.message + encode(position, position.tag)
}

export function eventId(position: TaggedPosition): string {
  return prefixes.event + encode(position, position.tag)
}

/**
 * Decodes the id of a message or event. Returns undefined if the id is invalid.
 *
 * @param idTag - Computes the expected tag; an id with a different tag is invalid.
 */
export function decodeEntryId(
  kind: 'message' | 'event',
  id: string,
  idTag: (position: EntryPosition) => string,
): EntryPosition | undefined {
  const prefix = prefixes[kind]
  const decoded = id.startsWith(prefix) ? decode(id.slice(prefix.length)) : undefined
  return decoded && idTag(decoded.position) === decoded.suffix ? decoded.position : undefined
}

const base = 36
const pairs = Array.from({ length: base * base }, (_, value) => value.toString(base).padStart(2, '0'))

function encode({ conversationRowId, seq }: EntryPosition, suffix: string): string {
  return digits(conversationRowId, rowIdDigits) + digits(seq, seqDigits) + suffix
}

/** Like `toString(36)` with leading zeros, but 30 times as fast for large numbers. */
function digits(value: number, count: number): string {
  let text = ''
  let rest = value
  for (let left = count; left > 0; left -= 2) {
    const next = Math.floor(rest / pairs.length)
    const pair = pairs[rest - next * pairs.length] ?? ''
    text = (left === 1 ? pair.slice(1) : pair) + text
    rest = next
  }
  return text
}

function decode(text: string): { position: EntryPosition; suffix: string } | undefined {
  if (!encodedPattern.test(text)) return undefined
  const conversationRowId = Number.parseInt(text.slice(0, rowIdDigits), base)
  const seq = Number.parseInt(text.slice(rowIdDigits, rowIdDigits + seqDigits), base)
  return Number.isSafeInteger(conversationRowId) && Number.isSafeInteger(seq)
    ? { position: { conversationRowId, seq }, suffix: text.slice(rowIdDigits + seqDigits) }
    : undefined
}
