import { startTestServer, type TestServer, type TestServerOptions } from '../../src/testing/index.ts'
import { quietLogger, type QuietLogger } from '../plain/quiet-logger.ts'
import { answeringBot } from './answering-bot.ts'

/** Starts a server with the answering bot. */
export async function startServer(
  options: TestServerOptions = {},
): Promise<TestServer & { readonly logger: QuietLogger }> {
  const logger = quietLogger()
  return { ...(await startTestServer({ bot: answeringBot, logger, ...options })), logger }
}
