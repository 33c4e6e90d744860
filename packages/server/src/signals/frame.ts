import { encodePosition, type Position } from '../domain/positions.ts'
import type { Entry } from '../domain/records.ts'
import { signalsJson } from '../wire/render.ts'

/**
 * Server-sent events as bytes, each with the header of its HTTP chunk: made once, and written as they are to the connection of
 * every listener.
 */

/** The signals that an entry causes; undefined if listeners never hear of it. The last of them carries the entry's id. */
export function entryFrame(entry: Entry): Buffer | undefined {
  const signals = signalsJson(entry)
  const id = encodePosition(entry)
  const events = signals.map((json, index) =>
    messageEvent(json, index === signals.length - 1 ? id : undefined),
  )
  return events.length === 0 ? undefined : chunk(events.join(''))
}

/** Something that is not stored and has no id. */
export interface LiveSignal {
  /** The name of the SSE event: `message` is the one that every client hears. */
  readonly event: 'message' | 'typing'
  readonly json: string
}

export function liveFrame({ event, json }: LiveSignal): Buffer {
  return chunk(`event: ${event}\ndata: ${json}\n\n`)
}

export type ReadyState = 'resumed' | 'fresh' | 'reset'

/** Opens every stream: what became of the position that the listener named, and the position that it has now. */
export function readyFrame(state: ReadyState, position: Position): Buffer {
  const id = encodePosition(position)
  return chunk(`event: ready\ndata: ${JSON.stringify({ state, id })}\n\n`)
}

/** Not JSON, and an event of its own: the official client counts nothing else as a sign of life. */
export const pingFrame: Buffer = chunk(messageEvent('ping', undefined))

/** Bytes that no client sees. */
export const commentFrame: Buffer = chunk(':\n\n')

/** Ends the answer. */
export const endFrame: Buffer = Buffer.from('0\r\n\r\n')

function messageEvent(data: string, id: string | undefined): string {
  return `event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`
}

export function chunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
}
