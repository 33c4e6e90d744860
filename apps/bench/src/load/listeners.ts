import { connect, type Socket } from 'node:net'
import { openHttpConnection } from './http-connection.ts'

export interface ListenOptions {
  readonly port: number
  /** One stream is opened with each. */
  readonly requests: readonly string[]
}

export interface DeliverOptions {
  readonly port: number
  /** What makes the server send one frame to every stream. */
  readonly request: string
  readonly senders: number
  readonly seconds: number
}

interface DeliverResult {
  readonly deliveries: number
  readonly elapsedMs: number
}

/** Many open streams, of which nothing is read but how many bytes came: whoever parses them would be what is measured. */
export interface Listeners extends Disposable {
  /**
   * Sends until the time is up, and resolves when the last stream has received the last frame.
   *
   * @throws Error if a stream ends, or a frame is missing.
   */
  deliver(options: DeliverOptions): Promise<DeliverResult>
}

const openAtOnce = 200
const quietMs = 200
const patienceMs = 10_000

/** Opens the streams, and resolves when their servers have said what they say at first. */
export async function openListeners({ port, requests }: ListenOptions): Promise<Listeners> {
  const sockets: Socket[] = []
  let received = 0
  let receivedAt = 0
  let failure: Error | undefined
  const waiting = new Set<() => void>()
  const noteBytes = (length: number): void => {
    received += length
    receivedAt = performance.now()
    for (const check of waiting) check()
  }

  const open = (request: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        onread: {
          buffer: Buffer.allocUnsafe(8 * 1024),
          callback: (length) => {
            noteBytes(length)
            resolve()
            return true
          },
        },
      })
      socket.on('error', (error) => {
        failure ??= error
        reject(error)
      })
      socket.on('close', () => {
        failure ??= new Error('a stream has ended')
        reject(failure)
      })
      socket.write(request)
      sockets.push(socket)
    })

  for (let at = 0; at < requests.length; at += openAtOnce) {
    await Promise.all(requests.slice(at, at + openAtOnce).map(open))
  }

  const quiet = async (): Promise<void> => {
    for (;;) {
      const wait = receivedAt + quietMs - performance.now()
      if (wait <= 0) return
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
  await quiet()

  const hasReceived = async (bytes: number): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const check = (): void => {
      if (failure) reject(failure)
      else if (received >= bytes) resolve()
    }
    const patience = setTimeout(() => {
      reject(new Error(`the streams received ${received} of ${bytes} bytes`))
    }, patienceMs)
    waiting.add(check)
    check()
    await promise.finally(() => {
      clearTimeout(patience)
      waiting.delete(check)
    })
  }

  return {
    deliver: async ({ port: sendPort, request, senders, seconds }) => {
      const before = received
      await send({ port: sendPort, request, senders: 1, seconds: 0 })
      await quiet()
      const bytesEach = received - before

      const startedAt = performance.now()
      const start = received
      const sent = await send({ port: sendPort, request, senders, seconds })
      await hasReceived(start + sent * bytesEach)
      return { deliveries: sent * requests.length, elapsedMs: receivedAt - startedAt }
    },
    [Symbol.dispose]: () => {
      for (const socket of sockets) {
        socket.removeAllListeners('close')
        socket.destroy()
      }
    },
  }
}

/** Each sender sends again once it is answered, at least once. @returns How often. */
function send({ port, request, senders, seconds }: DeliverOptions): Promise<number> {
  const bytes = Buffer.from(request)
  const endAt = performance.now() + seconds * 1000
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let underWay = 0
  let sent = 0
  for (let sender = 0; sender < senders; sender++) {
    const next = (): void => {
      underWay++
      sent++
      connection.send(bytes)
    }
    const connection = openHttpConnection({
      port,
      onAnswer: (status, body) => {
        underWay--
        if (status > 299) reject(new Error(`the server answered ${status}: ${body.toString()}`))
        else if (performance.now() < endAt) next()
        else {
          connection.close()
          if (underWay === 0) resolve(sent)
        }
      },
      onError: reject,
    })
    next()
  }
  return promise
}
