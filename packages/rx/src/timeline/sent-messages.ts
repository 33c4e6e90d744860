import type { Message } from '@parley/core'
import type { StoredMessage } from './chat-message.ts'
import { hasItem, insertItem, removeItem } from './chunks.ts'
import { dropDoubted } from './doubted.ts'
import { lookUpDraft } from './layered-map.ts'
import { copyName, finalName, idName, keyName, name, named, nameOfStream, streamOf, textOf } from './names.ts'
import { compare } from './position.ts'
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
  const stream = streamId && nameOfStream(streamId, userId)
  draft.unsent = without(draft.unsent, (each) => each.key === key)
  draft.written = without(draft.written, (each) => each.key === stream)

  if (isGone(draft, id)) bury(draft, message)
  else if (named(draft, idName(message)).length === 0) {
    dropDoubted(draft, userId)
    insert(draft, { ...message, key: key || stream || id, status: 'sent' })
  }
}

function insert(draft: Draft, message: StoredMessage): void {
  const copied = copyName(message)
  const copies = named(draft, copied)
  const [shown] = copies
  if (!shown || !areCopies(shown, message)) {
    // A bot may name one stream in two messages, as a client may one of its own ids.
    const isTaken = named(draft, keyName(message.key)).length > 0
    return show(draft, isTaken ? { ...message, key: message.id } : message)
  }
  if (compare(shown, message) < 0) {
    hide(draft, message)
    name(draft, [...copies, message].sort(compare), copied)
    return
  }
  draft.sentChunks = removeItem(draft.sentChunks, shown)
  hide(draft, shown)
  show(draft, { ...message, key: shown.key }, copies)
}

function show(draft: Draft, message: StoredMessage, copies: readonly StoredMessage[] = []): void {
  draft.sentChunks = insertItem(draft.sentChunks, message)
  const stream = streamOf(message)
  const one = [message]
  name(draft, one, idName(message), keyName(message.key), stream && finalName(stream))
  name(draft, copies.length > 0 ? [message, ...copies] : one, copyName(message))
}

function hide(draft: Draft, message: StoredMessage): void {
  draft.copies = insertItem(draft.copies, message)
  const stream = streamOf(message)
  name(draft, [message], idName(message), stream && finalName(stream))
}

/** Takes a message away, and shows the next of its copies in its place where there is one. */
export function remove(draft: Draft, { id }: Pick<Message, 'id'>): void {
  const [message] = named(draft, idName({ id }))
  if (!message) return
  endStream(draft, message)
  const copied = copyName(message)
  const copies = named(draft, copied)
  const others = copies.filter((each) => each !== message)
  name(draft, [], idName(message))
  if (others.length < copies.length) name(draft, others, copied)
  if (!hasItem(draft.sentChunks, message)) {
    draft.copies = removeItem(draft.copies, message)
    return
  }
  draft.sentChunks = removeItem(draft.sentChunks, message)
  name(draft, [], keyName(message.key))
  const [copy] = others
  // Hash collisions give different messages the same name.
  if (!copy || copies[0] !== message) return
  draft.copies = removeItem(draft.copies, copy)
  show(draft, { ...copy, key: message.key }, others.slice(1))
}

/** Neither the message, nor a send or a stream that it was the outcome of, is to come back. */
export function bury(draft: Draft, message: Message): void {
  const { id, userId } = message
  endStream(draft, message)
  forbid(draft, id)
  if (userId === draft.userId) forbid(draft, textOf(message, 'clientMessageId') ?? id)
}

/** Adds a tombstone for the stream that a message completes. */
function endStream(draft: Draft, message: Message): void {
  const stream = streamOf(message)
  if (stream) forbid(draft, stream)
}

export function forbid(draft: Draft, what: string): void {
  if (!isGone(draft, what)) draft.gone.changes.set(what, true)
}

export function isGone({ gone }: Draft, what: string): boolean {
  return lookUpDraft(gone, what) === true
}

/** Copies have the content in common as well: a bot may hand the id of what it answers on to each of its answers. */
function areCopies(one: Message, other: Message): boolean {
  return (
    one.userId === other.userId &&
    textOf(one, 'clientMessageId') === textOf(other, 'clientMessageId') &&
    JSON.stringify(one.payload) === JSON.stringify(other.payload)
  )
}
