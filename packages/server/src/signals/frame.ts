import { encodeConversationPosition, type ConversationPosition } from '../domain/positions.ts'
import type { LogEntry } from '../domain/records.ts'
import { signalsJson } from '../wire/render.ts'

/**
 * Server-sent events, or a part of one, as bytes. Encoded once; all listeners share the buffer.
 *
 * The buffer holds one HTTP/1.1 chunk: its header, the text, a line break. `textOf` returns the text alone.
 */
export interface Frame {
  readonly chunk: Buffer
  /** Where the text starts in `chunk`. */
  readonly textStart: number
}

const lineBreak = '\r\n'

export function createFrame(text: string): Frame {
  const header = Buffer.byteLength(text).toString(16) + lineBreak
  return { chunk: Buffer.from(header + text + lineBreak), textStart: header.length }
}

/** The text of a frame without HTTP framing; a view, not a copy. */
export function frameText({ chunk, textStart }: Frame): Buffer {
  return chunk.subarray(textStart, chunk.length - lineBreak.length)
}

/** Ends a chunked body. */
export const lastChunk: Buffer = Buffer.from('0\r\n\r\n')

/** The signals that an entry causes; undefined if listeners never hear of it. The last of them carries the entry's id. */
export function entryFrame(entry: LogEntry): Frame | undefined {
  const signals = signalsJson(entry)
  const id = encodeConversationPosition(entry)
  const events = signals.map((json, index) =>
    messageEvent(json, index === signals.length - 1 ? id : undefined),
  )
  return events.length === 0 ? undefined : createFrame(events.join(''))
}

/** Something that is not stored and has no id. */
export interface EphemeralSignal {
  /** The name of the SSE event: `message` is the one that every client hears. */
  readonly event: 'message' | 'typing'
  readonly json: string
}

export function ephemeralFrame({ event, json }: EphemeralSignal): Frame {
  return createFrame(`event: ${event}\ndata: ${json}\n\n`)
}

export type ReadyState = 'resumed' | 'fresh' | 'reset'

/** Opens every stream: what became of the position that the listener named, and the position that it has now. */
export function readyFrame(state: ReadyState, position: ConversationPosition): Frame {
  const id = encodeConversationPosition(position)
  return createFrame(`event: ready\ndata: ${JSON.stringify({ state, id })}\n\n`)
}

/** Not JSON, and an event of its own: the official client counts nothing else as a sign of life. */
export const pingFrame: Frame = createFrame(messageEvent('ping', undefined))

/** Bytes that no client sees. */
export const commentFrame: Frame = createFrame(':\n\n')

function messageEvent(data: string, id: string | undefined): string {
  return `event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`
}
