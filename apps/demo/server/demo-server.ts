import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { dirname, join } from 'node:path'
import { createLogger, createServer, type BotDefinition, type Logger } from '@parley/server'
import sirv from 'sirv'

export interface DemoServerOptions {
  port: number
  host: string
  /** The SQLite file. A missing folder is created. */
  data: string
  /** The folder that contains the built page. */
  page: string
  bot: BotDefinition
}

export interface DemoServer {
  /** The address of the page, such as `http://127.0.0.1:3000`. */
  readonly origin: string
  /** Completes in-flight requests, ends streams and closes the database. */
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
    throw new Error('Unable to serve the page; it is not built. Run: npm run setup')

  // Checked first, because the error of SQLite does not name the cause.
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

/** Logs warnings and errors only. Clients receive the errors of their requests in the response. */
function createWarningLogger(): Logger {
  const logger = createLogger()
  return {
    info() {},
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
}

/** Forbids external scripts, because messages contain untrusted content. */
const contentSecurityPolicy = [
  "default-src 'self'",
  // Users can choose another server in the settings.
  "connect-src 'self' http: https:",
  "img-src 'self' data: http: https:",
  "media-src 'self' data: http: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ')

/**
 * Serves the built page from its precompressed files. Browsers cache assets with hashed names, and revalidate
 * everything else.
 */
function createPageListener(folder: string): RequestListener {
  const serve = sirv(folder, {
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders(response, path) {
      const hasContentHash = path.startsWith('/assets/')
      response.setHeader('cache-control', hasContentHash ? 'public, max-age=31536000, immutable' : 'no-cache')
      response.setHeader('content-security-policy', contentSecurityPolicy)
      response.setHeader('x-content-type-options', 'nosniff')
    },
  })
  return (request, response) => {
    serve(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
      response.end('Not found. The chat is at /\n')
    })
  }
}
