import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** The network conditions of all connections of a test server. */
export interface NetworkConditions {
  /** The delay of all output of the server. */
  delayMs: number
  /** `all`: the server reads and sends nothing. `output`: it processes requests, but sends nothing. */
  frozen: 'none' | 'output' | 'all'
}

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

/** One direction of a connection: runs actions in order, at once or when the conditions allow it. */
interface DelayQueue {
  add(action: () => void, bytes?: number): void
  /** Call it after the conditions have changed. */
  flush(): void
  readonly hasPending: boolean
  /** The number of queued bytes. */
  readonly bytes: number
  clear(): void
}

function createDelayQueue(
  conditions: () => { readonly isFrozen: boolean; readonly delayMs: number },
): DelayQueue {
  let queue: { readonly dueAt: number; readonly bytes: number; readonly action: () => void }[] = []
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    clearTimeout(timer)
    while (!conditions().isFrozen && queue[0] && queue[0].dueAt <= performance.now()) queue.shift()?.action()
    if (!conditions().isFrozen && queue[0])
      timer = setTimeout(flush, Math.max(0, queue[0].dueAt - performance.now()))
  }

  return {
    get hasPending() {
      return queue.length > 0
    },
    get bytes() {
      return queue.reduce((sum, { bytes }) => sum + bytes, 0)
    },
    add: (action, bytes = 0) => {
      const { isFrozen, delayMs } = conditions()
      if (queue.length === 0 && !isFrozen && delayMs === 0) {
        action()
        return
      }
      queue.push({ dueAt: performance.now() + delayMs, bytes, action })
      flush()
    },
    flush,
    clear: () => {
      clearTimeout(timer)
      queue = []
    },
  }
}
