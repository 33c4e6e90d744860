import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createDelayQueue, type NetworkConditions } from './delay-queue.ts'

/** A connection as the HTTP server sees it, with simulated network faults. */
export interface FaultyConnection {
  /** The stream for the HTTP server. */
  readonly socket: Duplex
  /** The number of received bytes that the server has not read. */
  readonly unreadBytes: number
  /** Resets the connection. Data in transit is lost in both directions. */
  reset(): void
  /** Resets the connection when the server starts to respond: the request is processed, but its response is lost. */
  resetOnResponse(): void
  /** Call it after the conditions have changed. */
  flush(): void
}

/**
 * Wraps a socket for the HTTP server. Without faults, it forwards bytes in the same tick, in order, with the socket's
 * backpressure.
 *
 * @param options.onSent - Called with all bytes that the server sends.
 */
export function createFaultyConnection(
  raw: Socket,
  options: { conditions: NetworkConditions; onSent: (bytes: Buffer) => void },
): FaultyConnection {
  const { conditions } = options
  const inbound = createDelayQueue(() => ({ isFrozen: conditions.frozen === 'all', delayMs: 0 }))
  const outbound = createDelayQueue(() => ({
    isFrozen: conditions.frozen !== 'none',
    delayMs: conditions.delayMs,
  }))
  let willReset = false
  /** Whether the server has received bytes while it was frozen, and has not responded since. */
  let hasPendingInput = false

  const reset = (): void => {
    inbound.clear()
    outbound.clear()
    raw.resetAndDestroy()
    socket.destroy()
  }
  const send = (bytes: Buffer, done: () => void): void => {
    if (willReset) {
      done()
      reset()
      return
    }
    hasPendingInput = false
    options.onSent(bytes)
    if (conditions.frozen === 'none' && (conditions.delayMs > 0 || outbound.hasPending)) {
      // In transit: the delay causes no backpressure.
      outbound.add(() => raw.write(bytes))
      done()
      return
    }
    outbound.add(() => {
      if (raw.write(bytes)) done()
      else raw.once('drain', done)
    })
  }

  const socket: Duplex = new Duplex({
    read: () => {
      raw.resume()
    },
    write: (bytes: Buffer, _, done) => {
      send(bytes, done)
    },
    writev: (chunks, done) => {
      send(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done)
    },
    final: (done) => {
      outbound.add(() => {
        raw.end()
        done()
      })
    },
    destroy: (error, done) => {
      inbound.clear()
      // While output is frozen, the client does not see the end of the connection either.
      outbound.add(() => raw.destroy())
      done(error)
    },
  })
  Object.assign(socket, {
    remoteAddress: raw.remoteAddress,
    setNoDelay: (isOn: boolean) => raw.setNoDelay(isOn),
    setKeepAlive: () => socket,
    setTimeout: (ms: number, callback?: () => void) => {
      if (callback) socket.once('timeout', callback)
      raw.setTimeout(ms)
      return socket
    },
  })

  raw.on('timeout', () => socket.emit('timeout'))
  raw.on('data', (bytes: Buffer) => {
    if (conditions.frozen === 'all') hasPendingInput = true
    inbound.add(() => {
      if (!socket.push(bytes)) raw.pause()
    }, bytes.length)
  })
  raw.on('end', () => {
    // The client sent a request to a frozen server and gave up: the request is still processed after `resume()`.
    if (hasPendingInput) willReset = true
    else socket.push(null)
  })
  raw.on('error', (error) => {
    if (!hasPendingInput) socket.destroy(error)
  })
  raw.on('close', () => {
    outbound.clear()
    if (hasPendingInput) willReset = true
    else socket.destroy()
  })

  return {
    socket,
    get unreadBytes() {
      return inbound.bytes
    },
    reset,
    resetOnResponse: () => {
      willReset = true
    },
    flush: () => {
      inbound.flush()
      outbound.flush()
    },
  }
}
