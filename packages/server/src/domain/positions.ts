/** A place in one conversation's log. */
export interface EntryPosition {
  readonly conversationRowId: number
  readonly seq: number
}

/** A position as the SSE `id` of a signal. Positions of different epochs cannot be compared. */
export interface ConversationPosition extends EntryPosition {
  /** Of the bot's log; see `BotRecord`. */
  readonly epoch: string
}

/** A position as the id of a message or event. */
export interface TaggedPosition extends EntryPosition {
  /** The last part of the id, which makes ids unpredictable; see `id-tag.ts`. */
  readonly tag: string
}

const rowIdDigits = 11
const seqDigits = 9
/** 20 digits of the position, and 8 characters that are an epoch or a tag. */
const encodedPattern = /^[0-9a-z]{28}$/

/** Encodes a position as 28 opaque characters, which sort like the positions of a conversation. */
export function encodeConversationPosition({
  conversationRowId,
  seq: number,
  epoch,
}: ConversationPosition): string {
  return encode({ conversationRowId, seq: number }, epoch)
}

/** Decodes a position; undefined if the text is not one. */
export function decodeConversationPosition(text: string): ConversationPosition | undefined {
  const found = decode(text)
  return found && { ...found.position, epoch: found.ending }
}

const prefixes = { message: 'msg_', event: 'event_' } as const

export function messageId(position: TaggedPosition): string {
  return prefixes.message + encode(position, position.tag)
}

export function eventId(position: TaggedPosition): string {
  return prefixes.event + encode(position, position.tag)
}

/**
 * The position in the id of a message or event; undefined if the id is invalid.
 *
 * @param idTag - Computes the expected tag; an id with another tag is unknown.
 */
export function decodeEntryId(
  kind: 'message' | 'event',
  id: string,
  idTag: (position: EntryPosition) => string,
): EntryPosition | undefined {
  const prefix = prefixes[kind]
  const found = id.startsWith(prefix) ? decode(id.slice(prefix.length)) : undefined
  return found && idTag(found.position) === found.ending ? found.position : undefined
}

const base = 36
const pairs = Array.from({ length: base * base }, (_, value) => value.toString(base).padStart(2, '0'))

function encode({ conversationRowId, seq: number }: EntryPosition, ending: string): string {
  return digits(conversationRowId, rowIdDigits) + digits(number, seqDigits) + ending
}

/** `toString(36)`, which takes 30 times as long for large numbers, with zeros before it. */
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

function decode(text: string): { position: EntryPosition; ending: string } | undefined {
  if (!encodedPattern.test(text)) return undefined
  const conversationRowId = Number.parseInt(text.slice(0, rowIdDigits), base)
  const number = Number.parseInt(text.slice(rowIdDigits, rowIdDigits + seqDigits), base)
  return Number.isSafeInteger(conversationRowId) && Number.isSafeInteger(number)
    ? { position: { conversationRowId, seq: number }, ending: text.slice(rowIdDigits + seqDigits) }
    : undefined
}
