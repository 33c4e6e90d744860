import type { Entry } from '../domain/records.ts'
import { encodeUserPosition, type UserPosition } from '../domain/user-position.ts'
import { signalsJson } from '../wire/render.ts'
import { chunk, type ReadyState } from './frame.ts'

/**
 * Frames of the streams of users. Whom an event is for shows in its `id` alone, which stands in a chunk of its own at the end of
 * the event: what comes before it is made once for everybody.
 */

/** What an entry says to the others in the conversation, up to its `id`; undefined if nothing. */
export function entryBody(entry: Entry): Buffer | undefined {
  const signals = signalsJson(entry)
  return signals.length === 0 ? undefined : chunk(open(signals.map(messageEvent)))
}

/** What an entry says to the user whom it lets take part, up to its `id`. */
export function arrivalBody(entry: Entry): Buffer {
  const added = conversationEvent('conversation_added', entry.conversationId)
  return chunk(open([added, ...signalsJson(entry).map(messageEvent)]))
}

/** What an entry says to the user whom it removes, up to its `id`. */
export function removalBody(entry: Entry): Buffer {
  const removed = conversationEvent('conversation_removed', entry.conversationId)
  return chunk(open([...signalsJson(entry).map(messageEvent), removed]))
}

/** Says that a conversation is gone, up to its `id`. */
export function departureBody(conversationId: string): Buffer {
  return chunk(open([conversationEvent('conversation_removed', conversationId)]))
}

/** Ends an event with its `id`. */
export function idFrame(position: UserPosition): Buffer {
  return chunk(`id: ${encodeUserPosition(position)}\n\n`)
}

/** Opens every stream of a user. */
export function userReadyFrame(state: ReadyState, position: UserPosition): Buffer {
  const id = encodeUserPosition(position)
  return chunk(`event: ready\ndata: ${JSON.stringify({ state, id })}\n\n`)
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
