import { connect, type Socket } from 'node:net'
import { openHttpConnection } from './http-connection.ts'

export interface StreamOptions {
  readonly port: number
  /** Each request opens one stream. */
  readonly requests: readonly string[]
}

export interface DeliveryOptions {
  readonly port: number
  /** A request that makes the server send one frame to every stream. */
  readonly request: string
  readonly senders: number
  readonly seconds: number
}

interface DeliveryResult {
  readonly deliveries: number
  readonly elapsedMs: number
}

/** Many open streams. Only counts received bytes: parsing them would dominate the measurement. */
export interface StreamListeners extends Disposable {
  /**
   * Sends requests for `seconds`. Resolves when every stream has received every frame.
   *
   * @throws Error if a stream ends or a frame is missing.
   */
  measureDelivery(options: DeliveryOptions): Promise<DeliveryResult>
}

const openBatchSize = 200
const idleMs = 200
const deliveryTimeoutMs = 10_000

/** Opens the streams. Resolves when their initial frames have arrived. */
export async function openStreamListeners({ port, requests }: StreamOptions): Promise<StreamListeners> {
  const sockets: Socket[] = []
  let received = 0
  let receivedAt = 0
  let failure: Error | undefined
  const receiveChecks = new Set<() => void>()
  const addBytes = (length: number): void => {
    received += length
    receivedAt = performance.now()
    for (const check of receiveChecks) check()
  }

  const open = (request: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        onread: {
          buffer: Buffer.allocUnsafe(8 * 1024),
          callback: (length) => {
            addBytes(length)
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
        failure ??= new Error('A stream ended')
        reject(failure)
      })
      socket.write(request)
      sockets.push(socket)
    })

  for (let start = 0; start < requests.length; start += openBatchSize) {
    await Promise.all(requests.slice(start, start + openBatchSize).map(open))
  }

  const waitUntilIdle = async (): Promise<void> => {
    for (;;) {
      const remainingMs = receivedAt + idleMs - performance.now()
      if (remainingMs <= 0) return
      await new Promise((resolve) => setTimeout(resolve, remainingMs))
    }
  }
  await waitUntilIdle()

  const waitForBytes = async (bytes: number): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const check = (): void => {
      if (failure) reject(failure)
      else if (received >= bytes) resolve()
    }
    const timer = setTimeout(() => {
      reject(new Error(`The streams received ${received} of ${bytes} bytes`))
    }, deliveryTimeoutMs)
    receiveChecks.add(check)
    check()
    await promise.finally(() => {
      clearTimeout(timer)
      receiveChecks.delete(check)
    })
  }

  return {
    measureDelivery: async ({ port: sendPort, request, senders, seconds }) => {
      const before = received
      await sendRepeatedly({ port: sendPort, request, senders: 1, seconds: 0 })
      await waitUntilIdle()
      const bytesPerRequest = received - before

      const startedAt = performance.now()
      const start = received
      const sent = await sendRepeatedly({ port: sendPort, request, senders, seconds })
      await waitForBytes(start + sent * bytesPerRequest)
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

/** Each sender sends the request at least once, and again after each response. @returns The number of requests. */
function sendRepeatedly({ port, request, senders, seconds }: DeliveryOptions): Promise<number> {
  const bytes = Buffer.from(request)
  const endAt = performance.now() + seconds * 1000
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let inFlight = 0
  let sent = 0
  for (let sender = 0; sender < senders; sender++) {
    const next = (): void => {
      inFlight++
      sent++
      connection.send(bytes)
    }
    const connection = openHttpConnection({
      port,
      onResponse: (status, body) => {
        inFlight--
        if (status > 299) reject(new Error(`The server responded with ${status}: ${body.toString()}`))
        else if (performance.now() < endAt) next()
        else {
          connection.close()
          if (inFlight === 0) resolve(sent)
        }
      },
      onError: reject,
    })
    next()
  }
  return promise
}
