import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createLane, type Weather } from './lane.ts'

/** A connection as the HTTP server sees it, with what a network may do to it in between. */
export interface Line {
  /** What the HTTP server reads and writes. */
  readonly socket: Duplex
  /** What came and was not taken in. */
  readonly heldBytes: number
  /** Resets the connection: what is on its way is lost on both sides. */
  cut(): void
  /** Resets it when the server begins to answer: what was asked has been done, and nobody hears of it. */
  cutAtAnswer(): void
  /** To be called when the weather has changed. */
  flow(): void
}

/**
 * Puts a line between a socket and the HTTP server. While nothing is wrong, bytes pass in the tick in which they came, in their
 * order, with the socket's own back-pressure.
 *
 * @param options.onSent - Is given what the server sends.
 */
export function createLine(
  raw: Socket,
  options: { weather: Weather; onSent: (bytes: Buffer) => void },
): Line {
  const { weather } = options
  const inbound = createLane(() => ({ isShut: weather.silence === 'frozen', delayMs: 0 }))
  const outbound = createLane(() => ({ isShut: weather.silence !== 'none', delayMs: weather.delayMs }))
  let isDoomed = false
  /** Whether something that a frozen server was sent has yet to be answered. */
  let isOwing = false

  const cut = (): void => {
    inbound.clear()
    outbound.clear()
    raw.resetAndDestroy()
    socket.destroy()
  }
  const send = (bytes: Buffer, done: () => void): void => {
    if (isDoomed) {
      done()
      cut()
      return
    }
    isOwing = false
    options.onSent(bytes)
    if (weather.silence === 'none' && (weather.delayMs > 0 || outbound.isHolding)) {
      // On its way: it holds up nothing that comes after it.
      outbound.pass(() => raw.write(bytes))
      done()
      return
    }
    outbound.pass(() => {
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
      outbound.pass(() => {
        raw.end()
        done()
      })
    },
    destroy: (error, done) => {
      inbound.clear()
      // A peer that nothing reaches does not hear that the connection is over either.
      outbound.pass(() => raw.destroy())
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
    if (weather.silence === 'frozen') isOwing = true
    inbound.pass(() => {
      if (!socket.push(bytes)) raw.pause()
    }, bytes.length)
  })
  raw.on('end', () => {
    // Who sent something to a frozen server and gave up: it is done all the same, once the server is awake.
    if (isOwing) isDoomed = true
    else socket.push(null)
  })
  raw.on('error', (error) => {
    if (!isOwing) socket.destroy(error)
  })
  raw.on('close', () => {
    outbound.clear()
    if (isOwing) isDoomed = true
    else socket.destroy()
  })

  return {
    socket,
    get heldBytes() {
      return inbound.heldBytes
    },
    cut,
    cutAtAnswer: () => {
      isDoomed = true
    },
    flow: () => {
      inbound.flow()
      outbound.flow()
    },
  }
}
