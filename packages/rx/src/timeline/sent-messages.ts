import type { Message } from '@parley/core'
import type { SentMessage } from './chat-message.ts'
import { compare, itemAt, placeOf } from './position.ts'
import type { Timeline } from './timeline.ts'

/** A timeline in the making: lists that it has made its own are changed in place. */
export type Draft = { -readonly [Key in keyof Timeline]: Timeline[Key] } & { own?: SentMessage[] }

/**
 * Puts a stored message in its place, once, and settles what it is the outcome of: the pending send with its
 * `clientMessageId`, and the stream that it ends. It may do so only for its own user.
 */
export function add(draft: Draft, message: Message, settles?: { key?: string; streamId?: string }): void {
  const { id, userId } = message
  const streamId = settles?.streamId ?? textOf(message, 'streamId')
  const clientId = settles?.key ?? (userId === draft.userId && textOf(message, 'clientMessageId'))
  const send = draft.unsent.find(({ key }) => key === clientId)
  const written = draft.written.find((each) => each.streamId === streamId && each.userId === userId)
  if (send) draft.unsent = draft.unsent.filter((each) => each !== send)
  if (written) draft.written = draft.written.filter((each) => each !== written)

  if (draft.gone.has(id)) bury(draft, message)
  else if (!itemAt(draft.sent, message) && !itemAt(draft.copies, message)) {
    const key = written?.key ?? lostKey(draft, streamId, userId) ?? (clientId || id)
    insert(draft, { ...message, key, status: 'sent' })
  }
}

/** The key of its draft, which went with a connection. Taken once, as a bot may name one stream in two messages. */
function lostKey(draft: Draft, streamId: string | undefined, userId: string): string | undefined {
  const key = streamId && nameOfStream(streamId, userId)
  if (!key || !draft.lost.has(key)) return undefined
  const lost = new Set(draft.lost)
  lost.delete(key)
  draft.lost = lost
  return key
}

function insert(draft: Draft, message: SentMessage): void {
  const hints = hintsOf(draft, message)
  const related = hints.map((each) => itemAt(draft.sent, each))
  const shown = related.find((each) => each && areCopies(each, message))
  hints.push(message)
  if (!shown) {
    const isTaken = related.some((each) => each?.key === message.key)
    return put(draft, isTaken ? { ...message, key: message.id } : message)
  }

  const isLater = compare(shown, message) < 0
  draft.copies = [...draft.copies, isLater ? message : shown].sort(compare)
  if (isLater) return
  take(draft, shown)
  put(draft, { ...message, key: shown.key })
}

/** Takes a message away, and shows the next of its copies in its place where there is one. */
export function remove(draft: Draft, message: Message): void {
  endStream(draft, message)
  draft.copies = without(draft.copies, message)
  const shown = itemAt(draft.sent, message)
  if (!shown) return

  take(draft, shown)
  const copy = draft.copies.find((each) => areCopies(each, shown))
  if (!copy) return
  draft.copies = without(draft.copies, copy)
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

/** Those of one user with one `clientMessageId`; a list of its own where there is none. */
function hintsOf({ hints }: Draft, message: Message): SentMessage[] {
  const clientId = textOf(message, 'clientMessageId')
  if (!clientId) return []
  const name = `${message.userId} ${clientId}`
  const list = hints.get(name) ?? []
  hints.set(name, list)
  return list
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
  const sent = own(draft)
  sent.splice(placeOf(sent, message), 0, message)
}

function take(draft: Draft, message: SentMessage): void {
  const sent = own(draft)
  sent.splice(placeOf(sent, message), 1)
}

/** Copied once, however many messages an input brings. */
function own(draft: Draft): SentMessage[] {
  if (!draft.own) draft.sent = draft.own = draft.sent.slice()
  return draft.own
}

function without(list: readonly SentMessage[], message: Message): readonly SentMessage[] {
  return itemAt(list, message) ? list.filter(({ id }) => id !== message.id) : list
}
