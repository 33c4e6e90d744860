import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** A request that has come, and its answer. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What was asked and is not answered yet. */
export interface UnderWay {
  begin(exchange: Exchange): void
  readonly count: number
  on(socket: Duplex): readonly Exchange[]
}

export function createUnderWay(): UnderWay {
  const sockets = new WeakMap<Duplex, Set<Exchange>>()
  let count = 0

  const exchangesOn = (socket: Duplex): Set<Exchange> => {
    const known = sockets.get(socket)
    if (known) return known
    const exchanges = new Set<Exchange>()
    sockets.set(socket, exchanges)
    // An answer that waits for its turn on a connection does not hear of its end.
    socket.once('close', () => {
      count -= exchanges.size
      exchanges.clear()
    })
    return exchanges
  }

  return {
    begin: (exchange) => {
      const exchanges = exchangesOn(exchange.request.socket).add(exchange)
      count++
      exchange.response.once('close', () => {
        if (exchanges.delete(exchange)) count--
      })
    },
    get count() {
      return count
    },
    on: (socket) => [...(sockets.get(socket) ?? [])],
  }
}
