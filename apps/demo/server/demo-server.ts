import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createLogger, createServer, type BotDefinition, type Logger } from '@parley/server'
import { createPageListener } from './page-listener.ts'

export interface DemoServerOptions {
  port: number
  host: string
  /** The SQLite file; its folder is made where it is missing. */
  data: string
  /** The folder of the built page. */
  page: string
  bot: BotDefinition
}

export interface DemoServer {
  /** Where the page is: `http://127.0.0.1:3000`. */
  readonly origin: string
  /** Lets requests under way finish, ends the streams, and lets go of the file. */
  close: () => Promise<void>
  /** Rejects if the server fails permanently. */
  closed: Promise<void>
}

/**
 * Serves the Chat API and the page on one port.
 *
 * @throws Error if the page is not built, the port is taken, or the file cannot be written or is in use.
 */
export async function startDemoServer(options: DemoServerOptions): Promise<DemoServer> {
  const { port, host, data, page, bot } = options
  if (!existsSync(join(page, 'index.html')))
    throw new Error('The page is not built yet. Build it by: npm run setup')

  // Asked first, as SQLite does not say what is wrong.
  mkdirSync(dirname(data), { recursive: true })
  accessSync(dirname(data), constants.W_OK)

  const chat = await createServer({ data, bots: { demo: { bot } }, logger: createWarningLogger() })
  try {
    const { origin } = await chat.listen({ port, host, fallback: createPageListener(page) })
    return { origin, close: () => chat.close(), closed: chat.closed }
  } catch (error) {
    await chat.close()
    throw error
  }
}

/** A refused request is told to whoever sent it; the terminal shows what concerns the server. */
function createWarningLogger(): Logger {
  const logger = createLogger()
  return {
    info() {},
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
}
