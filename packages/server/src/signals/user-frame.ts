import type { LogEntry } from '../domain/records.ts'
import { encodeUserPosition, type UserPosition } from '../domain/user-position.ts'
import { signalsJson } from '../wire/render.ts'
import { createFrame, type Frame, type ReadyState } from './frame.ts'

/**
 * Frames of user streams. Only the `id` of an event differs between users: it is a separate frame at the end of the
 * event; the rest is encoded once for all users.
 */

/** What an entry says to the others in the conversation, up to its `id`; undefined if nothing. */
export function entryBody(entry: LogEntry): Frame | undefined {
  const signals = signalsJson(entry)
  return signals.length === 0 ? undefined : createFrame(open(signals.map(messageEvent)))
}

/** What an entry says to the user whom it lets take part, up to its `id`. */
export function joinedBody(entry: LogEntry): Frame {
  const added = conversationEvent('conversation_added', entry.conversationId)
  return createFrame(open([added, ...signalsJson(entry).map(messageEvent)]))
}

/** What an entry says to the user whom it removes, up to its `id`. */
export function ownRemovalBody(entry: LogEntry): Frame {
  const removed = conversationEvent('conversation_removed', entry.conversationId)
  return createFrame(open([...signalsJson(entry).map(messageEvent), removed]))
}

/** Says that a conversation is gone, up to its `id`. */
export function conversationRemovedBody(conversationId: string): Frame {
  return createFrame(open([conversationEvent('conversation_removed', conversationId)]))
}

/** Ends an event with its `id`. */
export function idFrame(position: UserPosition): Frame {
  return createFrame(`id: ${encodeUserPosition(position)}\n\n`)
}

/** Opens every stream of a user. */
export function userReadyFrame(state: ReadyState, position: UserPosition): Frame {
  const id = encodeUserPosition(position)
  return createFrame(`event: ready\ndata: ${JSON.stringify({ state, id })}\n\n`)
}

/** Events, of which the last is not ended yet. */
function open(events: string[]): string {
  return events.join('\n')
}

function messageEvent(json: string): string {
  return `event: message\ndata: ${json}\n`
}

function conversationEvent(name: string, conversationId: string): string {
  return `event: ${name}\ndata: ${JSON.stringify({ conversationId })}\n`
}
