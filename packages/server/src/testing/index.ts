/**
 * A real server on a free port, for tests, and everything that can go wrong with it.
 *
 * ```ts
 * await using server = await startTestServer({ bot })
 * const me = await createChat({ url: server.url }).connect()
 * server.cut()
 * ```
 *
 * - `startTestServer`: the server, with switches for its network, its answers and its life
 * - `createCommitBarrier`: holds what is written back from the disk
 */
export type { FaultResponse as FaultAnswer, FaultScope, TestRequest } from './faults.ts'
export { startTestServer, type TestServerOptions } from './start-test-server.ts'
export type { TestServer } from './test-server.ts'
export { createCommitBarrier, type CommitBarrier } from '../storage/sqlite/commit-barrier.ts'
