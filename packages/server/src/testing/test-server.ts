import type { Payload } from '@parley/core/contract'
import type { ChatServer } from '../create-server.ts'
import type { Answer, AskOptions, TurnFailure } from './ask.ts'
import type { FaultResponse, FaultScope, TestRequest } from './fault-proxy.ts'

/** A real server with simulated faults of network and server. */
export interface TestServer extends AsyncDisposable {
  /** The base URL of the bot `demo`. Restarts do not change it. */
  readonly url: string
  readonly origin: string
  /** The current server, or the last one if it is stopped. */
  readonly chat: ChatServer
  /**
   * Sends a message to the bot as a user, over HTTP. Resolves when its turn is over, to everything that the bot sent in
   * it. Calls continue one conversation, unless `conversationId` says otherwise.
   *
   * @throws Error if the turn fails (its `cause` is the error of the handler) or takes longer than `timeoutMs`.
   */
  ask(question: string | Payload, options?: AskOptions): Promise<Answer>
  /** All turns of the bot that have failed, oldest first. */
  readonly failedTurns: readonly TurnFailure[]
  /** All received requests except `OPTIONS`, in order, with their outcomes. */
  readonly requests: readonly TestRequest[]
  /** The number of open connections. */
  readonly connections: number
  /** The number of bytes that were sent to a frozen server and are not read yet. */
  readonly unreadBytes: number
  /** The number of open streams that the server counts. */
  readonly streams: number

  /**
   * Resets connections: streams, and in-flight requests, which may or may not have been processed.
   *
   * @param only - Selects connections by their latest request: `({ path }) => path.endsWith('/listen')`. Default: all.
   */
  cutConnections(only?: (request: TestRequest) => boolean): void
  /** Delays all output of the server by `ms` milliseconds, in order. 0 ends the delay. */
  delay(ms: number): void
  /**
   * Freezes the server until `resume()`: it accepts connections and bytes, but processes nothing. After `resume()`, it
   * processes all received requests, even if their clients have disconnected.
   *
   * @param options.holdOutput - If true, the server keeps processing requests, but sends nothing until `resume()`.
   */
  freeze(options?: { readonly holdOutput?: boolean }): void
  /** Ends `freeze` and delivers all buffered data. */
  resume(): void
  /**
   * Drops the next request and resets its connection.
   *
   * @param options.when - `before` the server processes it (default), or `after`, so that only its response is lost.
   */
  drop(options?: FaultScope & { readonly when?: 'before' | 'after' }): void
  /** Responds to the next request with `response`, without processing it. */
  respond(response: FaultResponse, scope?: FaultScope): void
  /** Cancels pending `drop` and `respond` calls, and ends `delay` and `freeze`. */
  reset(): void
  /** Expires all SSE ids that were sent so far: streams that resume from them get `reset`. Deletes no data. */
  expireReplay(): void

  /** Stops gracefully: completes in-flight requests and ends streams. Then connections are refused. */
  stop(): Promise<void>
  /**
   * Stops like `kill -9`: resets connections, loses uncommitted writes, and interrupts turns of bots. Handlers run in
   * this process and are not killed: their `signal` aborts, and everything they still send is ignored.
   */
  kill(): Promise<void>
  /** Starts a stopped or killed server again, on the same port and with the same data. */
  start(): Promise<void>
  /** `stop`, then `start`. These five methods run one at a time, in order. */
  restart(): Promise<void>
  /** Stops the server permanently and deletes its temporary database. */
  close(): Promise<void>
}
