import type { Message } from '@parley/core'
import type { SentMessage } from './chat-message.ts'
import { dropDoubted } from './doubted.ts'
import { compare, itemAt, placeOf } from './position.ts'
import type { Draft } from './timeline.ts'
import { without } from './without.ts'

/**
 * Puts a stored message in its place, once, and settles what it is the outcome of: the pending send with its
 * `clientMessageId`, and the stream that it ends. It may do so only for its own user.
 */
export function add(draft: Draft, message: Message, settles: { key?: string; streamId?: string } = {}): void {
  const { id, userId } = message
  const { key = userId === draft.userId && textOf(message, 'clientMessageId') } = settles
  const { streamId = textOf(message, 'streamId') } = settles
  const name = streamId && nameOfStream(streamId, userId)
  draft.unsent = without(draft.unsent, (each) => each.key === key)
  draft.written = without(draft.written, (each) => each.key === name)

  if (draft.gone.has(id)) bury(draft, message)
  else if (!itemAt(draft.sent, message) && !itemAt(draft.copies, message)) {
    dropDoubted(draft, userId)
    insert(draft, { ...message, key: key || name || id, status: 'sent' })
  }
}

function insert(draft: Draft, message: SentMessage): void {
  const shown = draft.sent.find((each) => areCopies(each, message))
  if (!shown) {
    // A bot may name one stream in two messages, as a client may one of its own ids.
    const isTaken = message.key !== message.id && draft.sent.some(({ key }) => key === message.key)
    return put(draft, isTaken ? { ...message, key: message.id } : message)
  }
  const isLater = compare(shown, message) < 0
  draft.copies = [...draft.copies, isLater ? message : shown].sort(compare)
  if (isLater) return
  draft.sent = without(draft.sent, (each) => each === shown)
  put(draft, { ...message, key: shown.key })
}

/** Takes a message away, and shows the next of its copies in its place where there is one. */
export function remove(draft: Draft, message: Message): void {
  endStream(draft, message)
  const isThis = ({ id }: Message): boolean => id === message.id
  const shown = itemAt(draft.sent, message)
  draft.copies = without(draft.copies, isThis)
  draft.sent = without(draft.sent, isThis)
  const copy = shown && draft.copies.find((each) => areCopies(each, shown))
  if (!copy) return
  draft.copies = without(draft.copies, (each) => each === copy)
  put(draft, { ...copy, key: shown.key })
}

/** Neither the message, nor a send or a stream that it was the outcome of, is to come back. */
export function bury(draft: Draft, message: Message): void {
  const { id, userId } = message
  endStream(draft, message)
  forbid(draft, id)
  if (userId === draft.userId) forbid(draft, textOf(message, 'clientMessageId') ?? id)
}

function endStream(draft: Draft, message: Message): void {
  const streamId = textOf(message, 'streamId')
  if (streamId) forbid(draft, nameOfStream(streamId, message.userId))
}

export function forbid(draft: Draft, name: string): void {
  if (!draft.gone.has(name)) draft.gone = new Set(draft.gone).add(name)
}

export function nameOfStream(streamId: string, userId: string): string {
  return `${streamId} ${userId}`
}

export function textOf({ metadata }: Pick<Message, 'metadata'>, field: string): string | undefined {
  const value = metadata?.[field]
  return typeof value === 'string' ? value : undefined
}

/** Copies have the content in common as well: a bot may hand the id of what it answers on to each of its answers. */
function areCopies(one: Message, other: Message): boolean {
  const clientId = textOf(one, 'clientMessageId')
  return (
    clientId !== undefined &&
    clientId === textOf(other, 'clientMessageId') &&
    one.userId === other.userId &&
    JSON.stringify(one.payload) === JSON.stringify(other.payload)
  )
}

function put(draft: Draft, message: SentMessage): void {
  const sent = draft.sent.slice()
  sent.splice(placeOf(sent, message), 0, message)
  draft.sent = sent
}
