/**
 * A real server on a free port, for tests.
 *
 * ```ts
 * await using server = await startTestServer({ bot })
 * const me = await createChat({ url: server.url }).connect()
 * ```
 */
export { startTestServer, type TestServer, type TestServerOptions } from './start-test-server.ts'
export { createFlushGate, type FlushGate } from '../storage/sqlite/flush-gate.ts'
