/**
 * A real server for tests, on a free port, with simulated network and server faults.
 *
 * ```ts
 * const server = await startTestServer({ bot })
 * expect((await server.ask('Hello')).text).toBe('Hi!')
 * expect(server.failedTurns).toEqual([])
 * await server.close()
 * ```
 *
 * - `startTestServer`: starts the server. `ask` talks to the bot; the other methods simulate network faults, error
 *   responses, crashes and restarts
 * - `createCommitBarrier`: holds commits back from the disk
 */
export type { Answer, AskOptions, TurnFailure } from './ask.ts'
export type { FaultResponse, FaultScope, TestRequest } from './fault-proxy.ts'
export { startTestServer, type TestServerOptions } from './start-test-server.ts'
export type { TestServer } from './test-server.ts'
export { createCommitBarrier, type CommitBarrier } from '../storage/commit-barrier.ts'
