import type { LogEntry } from '../domain/records.ts'
import { encodeUserPosition, type UserPosition } from '../wire/ids.ts'
import { conversationIdJson, readyJson, signalsJson } from '../wire/render.ts'
import { createFrame, type Frame, type ReadyState } from './frame.ts'

/**
 * Frames of user streams. Only the `id` of an event differs between users, so it is a separate frame at the end of the
 * event. The rest is encoded once for all users.
 */

/** The signals of an entry, without the `id`; undefined if it has none. */
export function entryBody(entry: LogEntry): Frame | undefined {
  const signals = signalsJson(entry)
  return signals.length === 0 ? undefined : createFrame(joinEvents(signals.map(messageEvent)))
}

/** The signals of an entry for the user who joins by it, without the `id`. */
export function joinedBody(entry: LogEntry): Frame {
  const added = conversationEvent('conversation_added', entry.conversationId)
  return createFrame(joinEvents([added, ...signalsJson(entry).map(messageEvent)]))
}

/** The signals of an entry for the user whom it removes, without the `id`. */
export function ownRemovalBody(entry: LogEntry): Frame {
  const removed = conversationEvent('conversation_removed', entry.conversationId)
  return createFrame(joinEvents([...signalsJson(entry).map(messageEvent), removed]))
}

/** The event for a conversation that the user has left or that was deleted, without the `id`. */
export function conversationRemovedBody(conversationId: string): Frame {
  return createFrame(joinEvents([conversationEvent('conversation_removed', conversationId)]))
}

/** The `id` of an event, which completes it. */
export function idFrame(position: UserPosition): Frame {
  return createFrame(`id: ${encodeUserPosition(position)}\n\n`)
}

/** The first event of every user stream. */
export function userReadyFrame(state: ReadyState, position: UserPosition): Frame {
  const id = encodeUserPosition(position)
  return createFrame(`event: ready\ndata: ${readyJson(state, id)}\n\n`)
}

/** Joins events. The last one is incomplete until `idFrame` follows. */
function joinEvents(events: string[]): string {
  return events.join('\n')
}

function messageEvent(json: string): string {
  return `event: message\ndata: ${json}\n`
}

function conversationEvent(name: string, conversationId: string): string {
  return `event: ${name}\ndata: ${conversationIdJson(conversationId)}\n`
}
