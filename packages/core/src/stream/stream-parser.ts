import { createParser, type EventSourceParser } from 'eventsource-parser'
import { isObject } from '../http/parse-response.ts'
import { toSignal, type UserSignal } from './chat-signal.ts'

/** Where a stream starts. */
export interface StreamReady {
  /**
   * `resumed`: the stream replays everything since `after`. `fresh`: it delivers new signals only. `reset`: it cannot
   * replay the signals since `after`; fetch what you need.
   */
  state: 'resumed' | 'fresh' | 'reset'
  /** The position at which the stream starts, if the server sends one. */
  id?: string
}

export type StreamItem = UserSignal | { type: 'ready'; data: StreamReady }

/**
 * Parses a stream, fed in chunks of any size, and pushes its items onto `items`.
 *
 * The hosted service may open with the bytes `{}`, so that the first line is `{}event: message`. The parser skips that
 * line as an unknown field, and an event without a name is a message.
 */
export function createStreamParser(items: StreamItem[]): EventSourceParser {
  return createParser({
    onEvent({ event = 'message', id, data }) {
      if (data === 'ping') return
      const value = parseData(data)
      // The fields are trusted, like those of a signal.
      if (event === 'ready' && isObject(value))
        items.push({ type: 'ready', data: value as unknown as StreamReady })
      else items.push(toSignal(event === 'message' ? value : { type: event, data: value }, id))
    },
  })
}

function parseData(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
