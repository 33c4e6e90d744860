/**
 * A real server for tests, on a free port, with simulated network and server faults.
 *
 * ```ts
 * await using server = await startTestServer({ bot })
 * const me = await createChat({ url: server.url }).connect()
 * server.cutConnections()
 * ```
 *
 * - `startTestServer`: starts the server. Its methods simulate network faults, error responses, crashes and restarts
 * - `createCommitBarrier`: holds commits back from the disk
 */
export type { FaultResponse, FaultScope, TestRequest } from './faults.ts'
export { startTestServer, type TestServerOptions } from './start-test-server.ts'
export type { TestServer } from './test-server.ts'
export { createCommitBarrier, type CommitBarrier } from '../storage/sqlite/commit-barrier.ts'
