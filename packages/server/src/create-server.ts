import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createBotHandle, type BotHandle } from './bots/bot-handle.ts'
import { createBotRunner, type BotRunner } from './bots/bot-runner.ts'
import { buildApp } from './http/app.ts'
import { createBodyBudget } from './http/body-budget.ts'
import type { BotContext } from './http/bot-context.ts'
import { createClientErrorListener, type ClientErrorListener } from './http/client-error.ts'
import { createCors } from './http/cors.ts'
import { createHttpServers, type Listening } from './http/http-server.ts'
import { createInFlightRequests } from './http/in-flight-requests.ts'
import { parseWebhookId } from './http/request-path.ts'
import { createLogger, type Logger } from './logger.ts'
import { registerBot, warnAboutSharedSecrets } from './register-bot.ts'
import { openSecretFile } from './secrets.ts'
import { defaults, type ServerOptions } from './server-options.ts'
import { createHub } from './signals/hub.ts'
import { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts'
import type { Storage } from './storage/storage.ts'

export interface ListenOptions {
  /** 0 takes a free one. Default: 3000. */
  readonly port?: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Answers the requests that are under no bot's webhook id, such as those for a page. Default: 404. */
  readonly fallback?: RequestListener
}

/** A running Chat API. */
export interface ChatServer {
  /**
   * Listens with a server of its own. Resolves with its origin, `http://127.0.0.1:3000`.
   *
   * @throws Error if the port is taken.
   */
  listen(options?: ListenOptions): Promise<Listening>
  /** A listener for the `request` event of any `node:http` server. */
  handler(request: IncomingMessage, response: ServerResponse): void
  /** Whether a request is under the webhook id of one of the bots. */
  matches(request: IncomingMessage): boolean
  /** For the `clientError` event of the server that `handler` is given to. */
  respondToClientError: ClientErrorListener
  /** @throws Error if no bot has this webhook id. */
  bot(webhookId: string): BotHandle
  /** How many streams are open. */
  readonly listenerCount: number
  /** Answers what has begun, ends the streams and the bots' turns, and lets go of the file. Nothing acknowledged is lost. */
  close(): Promise<void>
  /**
   * Resolves when the server has closed. Rejects if the server fails permanently, such as when its writing thread runs
   * out of memory: its streams have ended, every request gets 503, and only a new process helps. No acknowledged write
   * is lost.
   *
   * A full disk, a locked database or an I/O error does not reject it. A handler is optional: the failure is logged as
   * well.
   */
  readonly closed: Promise<void>
}

/** A chat that can be ended as by a crash. */
export interface KillableServer {
  readonly chat: ChatServer
  /** Ends it without a word: nothing under way is finished, no stream and no turn is told. */
  kill(): Promise<void>
}

const sweepIntervalMs = 1_000
/** Limits of unsent bytes, for the listeners of one user and for all listeners. */
const maxBufferedBytesPerUser = 8 * 1024 * 1024
const maxBufferedBytesInTotal = 256 * 1024 * 1024

/** Timers that are set to more go off at once. */
const maxTimeoutMs = 2 ** 31 - 1
/** One more is still a whole number, as SQLite wants it. */
const maxReplayCount = Number.MAX_SAFE_INTEGER - 1

/**
 * Opens the database, starts the bots, and answers the Chat API under `/{webhookId}` of each.
 *
 * @throws Error if the options do not fit, or the database cannot be opened or is in use by another server.
 */
export async function createServer(options: ServerOptions): Promise<ChatServer> {
  const { chat } = await createKillableServer(options)
  return chat
}

export async function createKillableServer(options: ServerOptions): Promise<KillableServer> {
  const data = options.data ?? defaults.data
  const { commitBarrier, isDurable, now } = options
  const logger = options.logger ?? createLogger()
  // The application is built while the storage opens, which is mostly waiting; it asks nothing of it before there are requests.
  const storage = {} as Storage
  const opening = openSqliteStorage({ path: data, commitBarrier, isDurable, now, logger }).then((opened) => {
    Object.assign(storage, opened)
  })
  const runners: BotRunner[] = []
  try {
    return await serve(storage, { options, opening, data, runners, logger })
  } catch (error) {
    await opening
    await Promise.allSettled(runners.map((runner) => runner.stop()))
    await storage.close()
    throw error
  }
}

async function serve(
  storage: Storage,
  {
    options,
    opening,
    data,
    runners,
    logger,
  }: {
    options: ServerOptions
    opening: Promise<void>
    data: string
    runners: BotRunner[]
    logger: Logger
  },
): Promise<KillableServer> {
  const now = options.now ?? Date.now
  const monotonicNow = options.monotonicNow ?? (() => performance.now())
  const hub = createHub({
    pingIntervalMs: options.pingIntervalMs ?? defaults.pingIntervalMs,
    maxBufferedBytes: options.maxBufferedBytes ?? defaults.maxBufferedBytes,
    maxBufferedBytesPerUser,
    maxBufferedBytesInTotal,
    now,
    monotonicNow,
  })
  const inFlight = createInFlightRequests()
  const turnTimeoutMs = Math.min(options.turnTimeoutMs ?? defaults.turnTimeoutMs, maxTimeoutMs)
  const maxConcurrentTurns = options.maxConcurrentTurns ?? defaults.maxConcurrentTurns
  let closing: Promise<void> | undefined
  let failure: Error | undefined
  const end = Promise.withResolvers<void>()
  // Prevents an unhandled rejection if the app ignores `closed`.
  end.promise.catch(() => {})

  const bots = new Map<string, BotContext>()
  const building = buildApp({
    bots,
    storage,
    hub,
    logger,
    cors: createCors(options.corsOrigins),
    replay: {
      maxAgeMs: options.replayMaxAgeMs ?? defaults.replayMaxAgeMs,
      maxCount: Math.min(Math.floor(options.replayMaxCount ?? defaults.replayMaxCount), maxReplayCount),
    },
    inFlight,
    bodyBudget: createBodyBudget(),
    maxStreamsPerUser: options.maxStreamsPerUser ?? defaults.maxStreamsPerUser,
    stallTimeoutMs: Math.min(options.stallTimeoutMs ?? defaults.stallTimeoutMs, maxTimeoutMs),
    now,
    monotonicNow,
    isClosing: () => closing !== undefined || failure !== undefined,
  })
  const [app] = await Promise.all([building, opening])

  const secrets = openSecretFile(data)
  for (const [webhookId, bot] of Object.entries(options.bots)) {
    const context = await registerBot(webhookId, bot, { storage, secrets, now })
    bots.set(webhookId, context)
    const { record, definition } = context
    const limits = { turnTimeoutMs, maxConcurrentTurns }
    if (bot.bot)
      runners.push(createBotRunner({ bot: record, definition, storage, hub, logger, now, ...limits }))
  }
  warnAboutSharedSecrets(bots.values(), logger)
  hub.startAt(await storage.queries.latestSequence())
  storage.onCommit((effects) => {
    hub.publish(effects)
    for (const runner of runners) runner.onCommit(effects)
  })
  storage.onFailure((error) => {
    failure = error
    logger.error({ err: error }, 'the server has failed; it answers 503 until it is restarted')
    hub.close()
    for (const runner of runners) void runner.stop().catch(() => {})
    end.reject(error)
  })
  for (const runner of runners) await runner.start()

  const sweeper = setInterval(() => {
    hub.sweep()
  }, sweepIntervalMs).unref()

  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    if (inFlight.add({ request, response })) app.routing(request, response)
  }
  const answerClientError = createClientErrorListener(logger, inFlight)
  const servers = createHttpServers(answerClientError)
  const handles = (request: IncomingMessage): boolean => bots.has(parseWebhookId(request.url))
  const close = async (): Promise<void> => {
    clearInterval(sweeper)
    hub.close()
    await servers.drain(inFlight)
    const stopped = await Promise.allSettled(runners.map((runner) => runner.stop()))
    for (const outcome of stopped) {
      // Harmless, as on a full disk: at the next start the bot scans more of the log than necessary.
      if (outcome.status === 'rejected')
        logger.warn({ err: outcome.reason as unknown }, 'unable to store which turns a bot has finished')
    }
    await app.close()
    await storage.close()
    end.resolve()
  }

  const kill = async (): Promise<void> => {
    clearInterval(sweeper)
    closing = Promise.resolve()
    const killed = storage.kill()
    // They are not waited for: what a turn does from now on comes to nothing.
    for (const runner of runners) void runner.stop().catch(() => {})
    await killed
  }

  const chat: ChatServer = {
    listen: ({ port = 3000, host = '127.0.0.1', fallback } = {}) => {
      const listener: RequestListener = (request, response) => {
        if (fallback && !handles(request)) {
          // Called by Node directly, which has already requested the body.
          if (/^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue()
          fallback(request, response)
        } else handler(request, response)
      }
      return servers.listen(listener, { port, host })
    },
    handler,
    matches: handles,
    respondToClientError: answerClientError,
    bot: (webhookId) => {
      const bot = bots.get(webhookId)
      if (bot) return createBotHandle(bot.record, storage)
      throw new Error(`Unable to find the bot ${webhookId}; the server has ${[...bots.keys()].join(', ')}.`)
    },
    get listenerCount() {
      return hub.listenerCount
    },
    close: () => (closing ??= close()),
    closed: end.promise,
  }
  return { chat, kill }
}
