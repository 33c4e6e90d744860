import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createLogger, createServer, type ChatServer, type Logger, type BotDefinition } from '@parley/server'
import type { ServeCommandOptions } from './parse-serve-options.ts'

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
  const bot = options.bot === undefined ? undefined : await loadBot(options.bot)
  const server = await createServer({
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
    if (name !== 'ExperimentalWarning') logger.warn({ name }, message)
  })
}

/**
 * Imports a TypeScript or JavaScript bot module from any folder. If its imports of `@parley/…` packages cannot be
 * resolved from there, uses those of this program.
 *
 * @throws Error that names the fault of the module.
 */
async function loadBot(path: string): Promise<BotDefinition> {
  const file = resolve(path)
  if (!existsSync(file))
    throw new Error(`Unable to load the bot; the file ${path} does not exist. Check the path.`)

  // The hook stays registered, because a bot may import modules while it runs.
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!specifier.startsWith('@parley/')) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown }
    return validateBot(module.default, path)
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith('Unable to load the bot')) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Unable to load the bot ${path}; ${reason}`, { cause })
  }
}

const handlerNames = ['onMessage', 'onEvent', 'onConversation'] as const

function validateBot(value: unknown, path: string): BotDefinition {
  if (!isObject(value)) {
    throw new Error(
      `Unable to load the bot ${path}; its default export must be an object, such as defineBot({ … }).`,
    )
  }
  const invalidHandler = [...handlerNames, 'onError' as const].find(
    (name) => value[name] !== undefined && typeof value[name] !== 'function',
  )
  if (invalidHandler)
    throw new Error(`Unable to load the bot ${path}; its ${invalidHandler} must be a function.`)
  if (handlerNames.every((name) => value[name] === undefined)) {
    throw new Error(
      `Unable to load the bot ${path}; it has no handler. Define at least one of ${handlerNames.join(', ')}.`,
    )
  }
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
