import type { LogEntry } from '../domain/records.ts'
import {
  type ConversationPosition,
  type UserPosition,
  encodeConversationPosition,
  encodeUserPosition,
} from '../wire/ids.ts'
import { conversationIdJson, readyJson, signalsJson } from '../wire/render.ts'

/**
 * One or more server-sent events, or a part of one, as bytes. Encoded once; all listeners share the buffer.
 *
 * The buffer holds one HTTP/1.1 chunk: header, text, line break. `frameText` returns only the text.
 */
export interface Frame {
  readonly chunk: Buffer
  /** Where the text starts in `chunk`. */
  readonly textStart: number
}

const lineBreak = '\r\n'

function createFrame(text: string): Frame {
  const header = Buffer.byteLength(text).toString(16) + lineBreak
  return { chunk: Buffer.from(header + text + lineBreak), textStart: header.length }
}

/** Returns the text of a frame without HTTP framing, as a view of its buffer. */
export function frameText({ chunk, textStart }: Frame): Buffer {
  return chunk.subarray(textStart, chunk.length - lineBreak.length)
}

/** Ends a chunked body. */
export const lastChunk: Buffer = Buffer.from('0\r\n\r\n')

/** The signals of an entry; undefined if it has none. The last one carries the SSE id of the entry. */
export function entryFrame(entry: LogEntry): Frame | undefined {
  const signals = signalsJson(entry)
  const id = encodeConversationPosition(entry)
  const events = signals.map((json, index) =>
    messageEvent(json, index === signals.length - 1 ? id : undefined),
  )
  return events.length === 0 ? undefined : createFrame(events.join(''))
}

/** A signal that is not stored and has no SSE id. */
export interface EphemeralSignal {
  /** The name of the SSE event. The official client only reads `message`. */
  readonly event: 'message' | 'typing'
  readonly json: string
}

export function ephemeralFrame({ event, json }: EphemeralSignal): Frame {
  return createFrame(`event: ${event}\ndata: ${json}\n\n`)
}

export type ReadyState = 'resumed' | 'fresh' | 'reset'

/** The first event of every stream: whether it resumes from the requested position, and where it starts. */
export function readyFrame(state: ReadyState, position: ConversationPosition): Frame {
  const id = encodeConversationPosition(position)
  return createFrame(`event: ready\ndata: ${readyJson(state, id)}\n\n`)
}

/** Keeps streams open: the official client only counts an SSE event with the data `ping` as activity. */
export const pingFrame: Frame = createFrame(messageEvent('ping', undefined))

/** An SSE comment. Clients ignore it. */
export const commentFrame: Frame = createFrame(':\n\n')

function messageEvent(data: string, id: string | undefined): string {
  return `event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`
}

// Frames of user streams. Only the `id` of an event differs between users, so it is a separate frame at the end of the
// event. The rest is encoded once for all users.

/** The signals of an entry, without the `id`; undefined if it has none. */
export function entryBody(entry: LogEntry): Frame | undefined {
  const signals = signalsJson(entry)
  return signals.length === 0 ? undefined : createFrame(joinEvents(signals.map(messageBody)))
}

/** The signals of an entry for the user who joins by it, without the `id`. */
export function joinedBody(entry: LogEntry): Frame {
  const added = conversationEvent('conversation_added', entry.conversationId)
  return createFrame(joinEvents([added, ...signalsJson(entry).map(messageBody)]))
}

/** The signals of an entry for the user whom it removes, without the `id`. */
export function ownRemovalBody(entry: LogEntry): Frame {
  const removed = conversationEvent('conversation_removed', entry.conversationId)
  return createFrame(joinEvents([...signalsJson(entry).map(messageBody), removed]))
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

function messageBody(json: string): string {
  return `event: message\ndata: ${json}\n`
}

function conversationEvent(name: string, conversationId: string): string {
  return `event: ${name}\ndata: ${conversationIdJson(conversationId)}\n`
}
