import { randomFillSync } from 'node:crypto'
import { ulid } from 'ulid'
import { sipHash, type WordPair } from './sip-hash.ts'

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
  /** The last part of the id, which makes ids unpredictable; see `createIdTag`. */
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

/** A position in the log of all conversations of a user. */
export interface UserPosition {
  readonly userRowId: number
  readonly sequence: number
  /** Epoch of the bot's log; see `BotRecord`. */
  readonly epoch: string
}

const sequenceDigits = 11
const epochStart = 1 + rowIdDigits + sequenceDigits
/** The first letter distinguishes it from a position in one conversation, which is shorter. */
const userPattern = /^u[0-9a-z]{30}$/

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
  if (!userPattern.test(text)) return undefined
  const userRowId = Number.parseInt(text.slice(1, 1 + rowIdDigits), 36)
  const sequence = Number.parseInt(text.slice(1 + rowIdDigits, epochStart), 36)
  return Number.isSafeInteger(userRowId) && Number.isSafeInteger(sequence)
    ? { userRowId, sequence, epoch: text.slice(epochStart) }
    : undefined
}

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
      tagPair(low & tenBits) +
      tagPair((low >>> 10) & tenBits) +
      tagPair(high & tenBits) +
      tagPair((high >>> 10) & tenBits)
    )
  }
}

const tenBits = 1023
const tagPairs = Array.from({ length: 1024 }, (_, value) => value.toString(32).padStart(2, '0'))

function tagPair(value: number): string {
  return tagPairs[value] ?? ''
}

const pool = new Uint8Array(1024)
let used = pool.length

/** Returns a random fraction. Fetches random bytes in bulk, as each system call costs a microsecond. */
function random(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return (pool[used++] ?? 0) / 256
}

/**
 * Creates an id such as `user_01J…`: prefixed, unique, and sortable by its millisecond of creation.
 *
 * Each id has 80 random bits. The monotonic ids of the `ulid` library would be predictable: within a millisecond, they
 * are consecutive.
 */
export function newId(prefix: 'user' | 'conv' | 'err' | 'stream' | 'req'): string {
  return `${prefix}_${ulid(undefined, random)}`
}
