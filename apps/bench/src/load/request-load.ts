import { percentile } from '../harness/statistics.ts'
import { openHttpConnection } from './http-connection.ts'

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  /** The load ends after this time, or after `count` responses. */
  readonly seconds?: number
  readonly count?: number
  /** `random` picks each request from all with equal probability; `sequence` cycles through them. Default: `random`. */
  readonly order?: 'random' | 'sequence'
}

export interface LoadResult {
  readonly responses: number
  readonly elapsedMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly bodyBytes: number
}

const maxResponses = 2_000_000

/**
 * Keeps one request in flight on every connection until the time or the count is reached.
 *
 * @throws Error if a connection fails or a response is not successful.
 */
export function runLoad(requests: readonly Buffer[], options: LoadOptions): Promise<LoadResult> {
  const { port, connections, seconds = Infinity, count = maxResponses, order = 'random' } = options
  const latencies = new Float64Array(Math.min(count, maxResponses))
  const next = order === 'random' ? pickRandomly(requests) : cycleThrough(requests)
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>()
  let sent = 0
  let responses = 0
  let bodyBytes = 0
  const startedAt = performance.now()
  const endAt = startedAt + seconds * 1000

  const openConnections = Array.from({ length: Math.min(connections, count) }, () => {
    let sentAt = 0
    const send = (): void => {
      sent++
      sentAt = performance.now()
      connection.send(next())
    }
    const connection = openHttpConnection({
      port,
      onResponse: (status, body) => {
        const now = performance.now()
        if (status < 200 || status > 299)
          fail(new Error(`The server responded with ${status}: ${body.toString()}`))
        latencies[responses++] = now - sentAt
        bodyBytes += body.length
        if (now < endAt && sent < latencies.length) send()
        else if (now >= endAt || responses >= sent) finish(now)
      },
      onError: fail,
    })
    send()
    return connection
  })

  function close(): void {
    for (const connection of openConnections) connection.close()
  }
  function fail(error: Error): void {
    close()
    reject(error)
  }
  function finish(now: number): void {
    close()
    const measured = latencies.subarray(0, responses)
    resolve({
      responses,
      elapsedMs: now - startedAt,
      p50Ms: percentile(measured, 0.5),
      p99Ms: percentile(measured, 0.99),
      bodyBytes: bodyBytes / responses,
    })
  }
  return promise
}

function cycleThrough(requests: readonly Buffer[]): () => Buffer {
  let index = 0
  return () => requests[index++ % requests.length] ?? Buffer.alloc(0)
}

/** Uses a seeded generator, so that every run picks the same requests. */
function pickRandomly(requests: readonly Buffer[]): () => Buffer {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return requests[Math.floor((state / 2 ** 32) * requests.length)] ?? Buffer.alloc(0)
  }
}
