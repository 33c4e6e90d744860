import { startTestServer, type TestServer, type TestServerOptions } from '../../src/testing/index.ts'
import { createRecordingLogger, type RecordingLogger } from '../support/recording-logger.ts'
import { echoBot } from './echo-bot.ts'

/** Starts a server with `echoBot`. */
export async function startEchoServer(
  options: TestServerOptions = {},
): Promise<TestServer & { readonly logger: RecordingLogger }> {
  const logger = createRecordingLogger()
  return { ...(await startTestServer({ bot: echoBot, logger, ...options })), logger }
}
