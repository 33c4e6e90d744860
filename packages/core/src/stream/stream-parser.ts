import { createParser, type EventSourceParser } from 'eventsource-parser'
import { isObject } from '../http/read-answer.ts'
import { toSignal, type UserSignal } from './chat-signal.ts'

/** Where a stream begins. */
export interface StreamReady {
  /**
   * `resumed`: everything since `after` follows. `fresh`: only what is new follows. `reset`: what came since `after` cannot be
   * had from the stream, so fetch what you need.
   */
  state: 'resumed' | 'fresh' | 'reset'
  /** The place in the stream at which it begins, where the server gives one. */
  id?: string
}

export type StreamItem = UserSignal | { type: 'ready'; data: StreamReady }

/**
 * Pushes what a stream says onto `items`; it is fed the text in pieces of any size.
 *
 * The hosted service may open with the bytes `{}`, so that the first line reads `{}event: message`. That line is no field and
 * is skipped; an event without a name is a message.
 */
export function createStreamParser(items: StreamItem[]): EventSourceParser {
  return createParser({
    onEvent({ event = 'message', id, data }) {
      if (data === 'ping') return
      const value = parseData(data)
      // Whatever it says besides is the server's word, as the fields of a signal are.
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
