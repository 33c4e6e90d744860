/** A place in one conversation's log. */
export interface Position {
  readonly conversationKey: number
  readonly number: number
}

const keyDigits = 11
const numberDigits = 9
const encoded = /^[0-9a-z]{20}$/

/** Writes a position as 20 opaque characters: the SSE `id` of a signal, and the tail of the id of a message or event. */
export function encodePosition(position: Position): string {
  return digits(position.conversationKey, keyDigits) + digits(position.number, numberDigits)
}

const base = 36
const pairs = Array.from({ length: base * base }, (_, value) => value.toString(base).padStart(2, '0'))

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

/** Reads what `encodePosition` wrote; undefined for anything else. */
export function decodePosition(text: string): Position | undefined {
  if (!encoded.test(text)) return undefined
  const conversationKey = Number.parseInt(text.slice(0, keyDigits), 36)
  const number = Number.parseInt(text.slice(keyDigits), 36)
  return Number.isSafeInteger(conversationKey) && Number.isSafeInteger(number)
    ? { conversationKey, number }
    : undefined
}

const prefixes = { message: 'msg_', event: 'event_' } as const

export function messageId(position: Position): string {
  return prefixes.message + encodePosition(position)
}

export function eventId(position: Position): string {
  return prefixes.event + encodePosition(position)
}

/** Where a stream is to go on: after a signal, named by its SSE `id`, or after a message or an event of the caller's, by theirs. */
export function positionAfter(id: string): Position | undefined {
  return decodePosition(id) ?? positionOfId('message', id) ?? positionOfId('event', id)
}

/** The position that the id of a message or an event names; undefined where it cannot be one. */
export function positionOfId(kind: 'message' | 'event', id: string): Position | undefined {
  const prefix = prefixes[kind]
  return id.startsWith(prefix) ? decodePosition(id.slice(prefix.length)) : undefined
}
