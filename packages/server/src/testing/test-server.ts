import type { ChatServer } from '../create-server.ts'
import type { FaultResponse, FaultScope, TestRequest } from './faults.ts'

/** A real server, and everything that can befall it and the network before it. */
export interface TestServer extends AsyncDisposable {
  /** The base URL of the bot `demo`. It stays over every restart. */
  readonly url: string
  readonly origin: string
  /** The chat that runs now, or ran last. */
  readonly chat: ChatServer
  /** Every request that came, in that order, and what befell it; those of `OPTIONS` apart. */
  readonly requests: readonly TestRequest[]
  /** How many connections are open. */
  readonly connections: number
  /** How much of what was sent to a frozen server it has yet to take in. */
  readonly heldBytes: number
  /** How many streams are open, as far as the server knows. */
  readonly streams: number

  /**
   * Resets connections: streams, and requests under way, of which nobody knows whether they were done.
   *
   * @param only - Which, by the newest request on each: `({ path }) => path.endsWith('/listen')`. Default: all.
   */
  cut(only?: (request: TestRequest) => boolean): void
  /** From now on all that the server sends arrives `ms` later, in its order. 0 ends it. */
  delay(ms: number): void
  /**
   * The server freezes until `resume()`: it accepts connections and bytes, and nothing happens. What was sent to it meanwhile is
   * done when it is back, also if whoever sent it has given up.
   *
   * @param options.dropOutput - It goes on with its work, and nothing of that is heard until `resume()`.
   */
  freeze(options?: { readonly dropOutput?: boolean }): void
  /** Ends `silence`: what was held back goes on its way. */
  resume(): void
  /**
   * The next request is lost, and its connection reset.
   *
   * @param options.when - `before` the server heard of it (default), or `after` it was done, so that only its answer is lost.
   */
  drop(options?: FaultScope & { readonly when?: 'before' | 'after' }): void
  /** The next request is answered so, and not done. */
  respond(answer: FaultResponse, scope?: FaultScope): void
  /** Takes back `drop` and `answer` where they wait for a request, and ends `delay` and `silence`. */
  reset(): void
  /** No SSE id that was given until now can be resumed from: whoever tries is told `reset`. What is stored stays. */
  expireReplay(): void

  /** Shuts the server down in order: answers what is under way, ends the streams. Then connections are refused. */
  stop(): Promise<void>
  /**
   * Ends it as `kill -9` would: connections are reset, what was not committed is lost, no turn of a bot is finished. In this
   * process a turn's code cannot be killed: its `signal` aborts, and what it does from then on comes to nothing.
   */
  kill(): Promise<void>
  /** Brings a stopped or killed server back, on its port and with its data. */
  start(): Promise<void>
  /** `stop`, then `start`. As all of these, it waits for the one before it to end. */
  restart(): Promise<void>
  /** Stops it for good. */
  close(): Promise<void>
}
