import { once } from 'node:events'
import { createLogger, createServer, type ChatServer, type Logger } from '@parley/server'
import { loadBot } from './load-bot.ts'
import type { ServeCommandOptions } from './parse-serve-options.ts'

/** Tells supervisors that the server failed while running, and that a restart helps. */
const failedExitCode = 3

/**
 * Serves until SIGINT or SIGTERM; then answers what has begun, and ends. A second signal ends it at once.
 *
 * @returns The exit code: 0, or 3 if the server failed permanently while running.
 */
export async function serve(options: ServeCommandOptions): Promise<number> {
  const logger = createLogger()
  surviveFaults(logger)
  const bot = options.bot === undefined ? undefined : await loadBot(options.bot)
  const chat = await createServer({
    data: options.data,
    logger,
    ...(options.corsOrigins ? { corsOrigins: options.corsOrigins } : {}),
    ...(options.pingIntervalMs === undefined ? {} : { pingIntervalMs: options.pingIntervalMs }),
    bots: {
      [options.webhookId]: {
        auth: options.auth,
        ...(bot ? { bot } : {}),
        ...(options.encryptionKey === undefined ? {} : { encryptionKey: options.encryptionKey }),
      },
    },
  })
  // Before the line is out: whoever reads it may stop the server at once.
  const stopping = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  const { origin } = await listen(chat, options)
  process.stdout.write(`parley listening on ${origin}/${options.webhookId}\n`)

  const failed = chat.closed.catch(() => undefined)
  const signal = await Promise.race([stopping, failed])
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => process.exit(1))
  if (signal) logger.info({ signal: String(signal[0]) }, 'stopping')
  await chat.close()
  return signal ? 0 : failedExitCode
}

async function listen(chat: ChatServer, { host, port }: ServeCommandOptions): Promise<{ origin: string }> {
  try {
    return await chat.listen({ host, port })
  } catch (cause) {
    await chat.close()
    throw new Error(`Unable to listen on ${host}:${port}; ${reasonOf(cause)}`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE') return 'the port is taken. Choose another with --port, or 0 for a free one.'
  if (code === 'EACCES') return 'this user may not use that port. Choose one above 1023 with --port.'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'the address is not one of this machine. Choose another with --host.'
  return cause instanceof Error ? cause.message : String(cause)
}

/** What a bot throws outside of its turn must not take the server with it; every write of ours is a transaction. */
function surviveFaults(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'something was thrown that nobody caught')
  })
  process.on('unhandledRejection', (error) => {
    logger.error({ err: error }, 'a promise was rejected that nobody waits for')
  })
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => {
    if (name !== 'ExperimentalWarning') logger.warn({ name }, message)
  })
}
