import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createDelayQueue, type NetworkConditions } from './delay-queue.ts'

/** A connection as the HTTP server sees it, with what a network may do to it in between. */
export interface FaultyConnection {
  /** What the HTTP server reads and writes. */
  readonly socket: Duplex
  /** What came and was not taken in. */
  readonly unreadBytes: number
  /** Resets the connection: what is on its way is lost on both sides. */
  reset(): void
  /** Resets it when the server begins to answer: what was asked has been done, and nobody hears of it. */
  resetOnResponse(): void
  /** To be called when the weather has changed. */
  flush(): void
}

/**
 * Puts a line between a socket and the HTTP server. While nothing is wrong, bytes pass in the tick in which they came, in their
 * order, with the socket's own back-pressure.
 *
 * @param options.onSent - Is given what the server sends.
 */
export function createFaultyConnection(
  raw: Socket,
  options: { weather: NetworkConditions; onSent: (bytes: Buffer) => void },
): FaultyConnection {
  const { weather } = options
  const inbound = createDelayQueue(() => ({ isShut: weather.frozen === 'frozen', delayMs: 0 }))
  const outbound = createDelayQueue(() => ({ isShut: weather.frozen !== 'none', delayMs: weather.delayMs }))
  let willReset = false
  /** Whether something that a frozen server was sent has yet to be answered. */
  let hasPendingInput = false

  const cut = (): void => {
    inbound.clear()
    outbound.clear()
    raw.resetAndDestroy()
    socket.destroy()
  }
  const send = (bytes: Buffer, done: () => void): void => {
    if (willReset) {
      done()
      cut()
      return
    }
    hasPendingInput = false
    options.onSent(bytes)
    if (weather.frozen === 'none' && (weather.delayMs > 0 || outbound.hasPending)) {
      // On its way: it holds up nothing that comes after it.
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
      // A peer that nothing reaches does not hear that the connection is over either.
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
    if (weather.frozen === 'frozen') hasPendingInput = true
    inbound.add(() => {
      if (!socket.push(bytes)) raw.pause()
    }, bytes.length)
  })
  raw.on('end', () => {
    // Who sent something to a frozen server and gave up: it is done all the same, once the server is awake.
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
    reset: cut,
    resetOnResponse: () => {
      willReset = true
    },
    flush: () => {
      inbound.flush()
      outbound.flush()
    },
  }
}
