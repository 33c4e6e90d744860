import { percentile } from '../harness/statistics.ts'
import { openHttpConnection } from './http-connection.ts'

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  /** Ends after this time, or once `count` requests were answered. */
  readonly seconds?: number
  readonly count?: number
  /** `random` draws each request evenly from all, `sequence` takes them in turn. Default: `random`. */
  readonly order?: 'random' | 'sequence'
}

export interface LoadResult {
  readonly answered: number
  readonly elapsedMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly bodyBytes: number
}

const mostAnswers = 2_000_000

/**
 * Keeps a request under way on every connection until the time or the count is up.
 *
 * @throws Error if a connection fails, or an answer is not a success.
 */
export function runLoad(requests: readonly Buffer[], options: LoadOptions): Promise<LoadResult> {
  const { port, connections, seconds = Infinity, count = mostAnswers, order = 'random' } = options
  const latencies = new Float64Array(Math.min(count, mostAnswers))
  const next = order === 'random' ? drawFrom(requests) : takeInTurn(requests)
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>()
  let sent = 0
  let answered = 0
  let bodyBytes = 0
  const startedAt = performance.now()
  const endAt = startedAt + seconds * 1000

  const open = Array.from({ length: Math.min(connections, count) }, () => {
    let sentAt = 0
    const send = (): void => {
      sent++
      sentAt = performance.now()
      connection.send(next())
    }
    const connection = openHttpConnection({
      port,
      onAnswer: (status, body) => {
        const now = performance.now()
        if (status < 200 || status > 299) fail(new Error(`the server answered ${status}: ${body.toString()}`))
        latencies[answered++] = now - sentAt
        bodyBytes += body.length
        if (now < endAt && sent < latencies.length) send()
        else if (now >= endAt || answered >= sent) finish(now)
      },
      onError: fail,
    })
    send()
    return connection
  })

  function close(): void {
    for (const connection of open) connection.close()
  }
  function fail(error: Error): void {
    close()
    reject(error)
  }
  function finish(now: number): void {
    close()
    const measured = latencies.subarray(0, answered)
    resolve({
      answered,
      elapsedMs: now - startedAt,
      p50Ms: percentile(measured, 0.5),
      p99Ms: percentile(measured, 0.99),
      bodyBytes: bodyBytes / answered,
    })
  }
  return promise
}

function takeInTurn(requests: readonly Buffer[]): () => Buffer {
  let at = 0
  return () => requests[at++ % requests.length] ?? Buffer.alloc(0)
}

/** A small generator with a seed, so that every run draws the same. */
function drawFrom(requests: readonly Buffer[]): () => Buffer {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return requests[Math.floor((state / 2 ** 32) * requests.length)] ?? Buffer.alloc(0)
  }
}
