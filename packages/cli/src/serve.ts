import { once } from 'node:events'
import { createLogger, createServer, type ChatServer, type Logger, type BotDefinition } from '@parley/server'
import { createBotLoader } from './load-bot.ts'
import type { ServeCommandOptions } from './parse-serve-options.ts'
import { watchBot } from './watch-bot.ts'

/** Signals supervisors that the server failed while running and must be restarted. */
const failedExitCode = 3

/**
 * Serves until SIGINT or SIGTERM, then completes the requests in flight and stops. A second signal exits immediately.
 *
 * @returns The exit code: 0, or 3 if the server failed permanently while running.
 */
export async function serve(options: ServeCommandOptions): Promise<number> {
  const logger = createLogger()
  installProcessHandlers(logger)
  const bot = await loadBot(options, logger)
  const server = await createServer({
    data: options.data,
    logger,
    hasStartPage: options.hasStartPage,
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
  // Listen for signals before printing the address: a reader of that line may stop the server immediately.
  const stopSignal = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  const { origin } = await listen(server, options)
  process.stdout.write(`parley listening on ${origin}/${options.webhookId}\n`)

  const failed = server.closed.catch(() => undefined)
  const signal = await Promise.race([stopSignal, failed])
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => process.exit(1))
  if (signal) logger.info({ signal: String(signal[0]) }, 'stopping')
  await server.close()
  return signal ? 0 : failedExitCode
}

async function loadBot(
  { bot: path, isWatching }: ServeCommandOptions,
  logger: Logger,
): Promise<BotDefinition | undefined> {
  if (path === undefined) return undefined
  const loader = createBotLoader(path)
  return isWatching ? watchBot(loader, logger) : loader.load()
}

async function listen(server: ChatServer, { host, port }: ServeCommandOptions): Promise<{ origin: string }> {
  try {
    return await server.listen({ host, port })
  } catch (cause) {
    await server.close()
    throw new Error(`Unable to listen on ${host}:${port}; ${getListenErrorReason(cause)}`, { cause })
  }
}

function getListenErrorReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE')
    return 'the port is already in use. Choose another one with --port, or 0 for a free port.'
  if (code === 'EACCES') return 'permission denied. Choose a port above 1023 with --port.'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'the address does not belong to this machine. Choose another one with --host.'
  return cause instanceof Error ? cause.message : String(cause)
}

/**
 * Logs uncaught errors instead of exiting. An error that a bot throws outside of its turn must not stop the server, and
 * cannot corrupt data, because every write is a transaction.
 */
function installProcessHandlers(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'uncaught exception')
  })
  process.on('unhandledRejection', (error) => {
    logger.error({ err: error }, 'unhandled rejection')
  })
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => {
    // Node also warns of a bot that it cannot load as CommonJS. Its error says what to do.
    const isExpected = name === 'ExperimentalWarning' || message.startsWith('Failed to load the ES module')
    if (!isExpected) logger.warn({ name }, message)
  })
}
