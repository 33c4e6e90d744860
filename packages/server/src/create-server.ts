import type { IncomingMessage, ServerResponse } from 'node:http'
import { createBotRunner, type BotRunner } from './bots/bot-runner.ts'
import { createBotHandle, type BotHandle } from './bots/bot-writer.ts'
import type { FinishedTurn } from './bots/turn.ts'
import { createApp, createCors, parseWebhookId, type App, type AppOptions } from './http/app.ts'
import type { BotContext } from './http/authentication.ts'
import { createFetchHandler } from './http/fetch-handler.ts'
import {
  createClientErrorListener,
  createHttpServers,
  createInFlightRequests,
  type ClientErrorListener,
  type Listening,
} from './http/http-server.ts'
import { createBodyBudget } from './http/request-body.ts'
import { createLogger, type Logger } from './logger.ts'
import { checkListenOptions, checkServerOptions, maxTimerMs } from './option-checks.ts'
import { registerBot, warnAboutSharedSecrets } from './register-bot.ts'
import { openSecretFile, type SecretFile } from './secrets.ts'
import { defaults, type ListenOptions, type ServerOptions } from './server-options.ts'
import { createHub, type Hub } from './signals/hub.ts'
import type { CommitBarrier } from './storage/commit-barrier.ts'
import { openSqliteStorage, type SqliteStorage } from './storage/sqlite/sqlite-storage.ts'

/** A running Chat API. */
export interface ChatServer {
  /**
   * Starts an HTTP server. Resolves to its port and its origin, such as `http://127.0.0.1:3000`.
   *
   * @throws Error if the port is in use, or if the server has failed or was closed.
   */
  listen(options?: ListenOptions): Promise<Listening>
  /** For embedding the API in an HTTP server of `node:http`, Express or Fastify. */
  readonly nodeHandlers: NodeHandlers
  /**
   * Responds to a web-standard request, for frameworks such as Hono and Next.js. Needs no `this`.
   *
   * A stream starts its response at once and sends signals as the body is read. Aborting the request or canceling the
   * body ends it. Takes about three times the CPU time of `nodeHandlers`.
   *
   * @throws The reason of `request.signal` if it aborts before the response starts.
   */
  fetch(this: void, request: Request): Promise<Response>
  /** @throws Error if no bot has this webhook id. */
  bot(webhookId: string): BotHandle
  /** The number of open streams. */
  readonly listenerCount: number
  /**
   * Completes in-flight requests, ends all streams, aborts the turns of bots, and closes the database. No acknowledged
   * write is lost.
   */
  close(): Promise<void>
  /**
   * Resolves when the server has closed. Rejects if the server fails permanently, such as when its writer thread runs
   * out of memory. Then its streams have ended and every request gets 503: restart the process. No acknowledged write
   * is lost.
   *
   * Does not reject on a full disk, a locked database or an I/O error. Handling the rejection is optional: the error is
   * also logged.
   */
  readonly closed: Promise<void>
  /** Closes the server at the end of the block, with `await using chat = await createServer(…)`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** The listeners of a `node:http` server that embeds the API. */
export interface NodeHandlers {
  /** For the event `request`, and for `checkContinue`, so that keys are checked before Node requests the body. */
  request(this: void, request: IncomingMessage, response: ServerResponse): void
  /** For the event `clientError`: responds to invalid HTTP in the error format of the API. */
  clientError: ClientErrorListener
  /** Whether a request is for one of the bots. Also accepts a web-standard `Request`. */
  matches(this: void, request: { readonly url?: string | undefined }): boolean
}

/** What only tests may set. */
export interface TestOptions {
  /** Holds commits back from the disk. */
  readonly commitBarrier?: CommitBarrier
  /** False leaves it to the operating system when writes reach the disk. Default: true. */
  readonly isDurable?: boolean
  /** Called after each turn of a bot. */
  readonly onTurnFinished?: (webhookId: string, turn: FinishedTurn) => void
}

/** A server that tests can kill, as a crash would. */
export interface StartedServer {
  readonly chat: ChatServer
  /** Stops at once: completes no in-flight request and ends no stream. */
  kill(): Promise<void>
}

const sweepIntervalMs = 1_000
/** Limits of unsent bytes for the streams of one user and for all streams. */
const maxBufferedBytesPerUser = 8 * 1024 * 1024
const maxBufferedBytesInTotal = 256 * 1024 * 1024

/** The server reads one signal more than this limit, and SQLite needs a safe integer. */
const maxReplayCount = Number.MAX_SAFE_INTEGER - 1

/**
 * Opens the database, starts the bots, and serves the Chat API of each bot under `/{webhookId}`.
 *
 * @throws Error that names an invalid option, or if the database cannot be opened or is in use by another server.
 */
export async function createServer(options: ServerOptions): Promise<ChatServer> {
  const { chat } = await startServer(options)
  return chat
}

/** Like `createServer`, with the faults of the test kit. */
export async function startServer(options: ServerOptions, hooks: TestOptions = {}): Promise<StartedServer> {
  checkServerOptions(options)
  const { now = Date.now, monotonicNow = () => performance.now() } = options
  const { commitBarrier, isDurable } = hooks
  const databasePath = options.data ?? defaults.data
  const logger = options.logger ?? createLogger()
  // Builds the app while the storage opens. The app only uses the storage once requests arrive.
  const storage = {} as SqliteStorage
  const opening = openSqliteStorage({ path: databasePath, commitBarrier, isDurable, now, logger }).then(
    (opened) => {
      Object.assign(storage, opened)
    },
  )
  const hub = createHub({
    pingIntervalMs: options.pingIntervalMs ?? defaults.pingIntervalMs,
    maxBufferedBytes: options.maxBufferedBytes ?? defaults.maxBufferedBytes,
    maxBufferedBytesPerUser,
    maxBufferedBytesInTotal,
    now,
    monotonicNow,
  })
  const bots = new Map<string, BotContext>()
  const parts: Parts = { options, logger, storage, hub, bots, runners: [], now, monotonicNow }
  try {
    return await serve(parts, { opening, databasePath, hooks })
  } catch (error) {
    await opening
    await Promise.allSettled(parts.runners.map((runner) => runner.stop()))
    await storage.close()
    throw error
  }
}

/** The parts of a server. */
interface Parts {
  readonly options: ServerOptions
  readonly logger: Logger
  readonly storage: SqliteStorage
  readonly hub: Hub
  /** By webhook id. */
  readonly bots: Map<string, BotContext>
  readonly runners: BotRunner[]
  readonly now: () => number
  readonly monotonicNow: () => number
}

async function serve(
  parts: Parts,
  { opening, databasePath, hooks }: { opening: Promise<void>; databasePath: string; hooks: TestOptions },
): Promise<StartedServer> {
  const { options, logger, storage, hub, bots, runners } = parts
  const inFlight = createInFlightRequests()
  let closing: Promise<void> | undefined
  let failure: Error | undefined
  const closed = Promise.withResolvers<void>()
  // Prevents an unhandled rejection if the app ignores `closed`.
  closed.promise.catch(() => {})

  const building = buildApp(parts, {
    inFlight,
    isClosing: () => closing !== undefined || failure !== undefined,
  })
  const [app] = await Promise.all([building, opening])

  await addBots(parts, openSecretFile(databasePath), hooks)
  hub.startAt(await storage.queries.latestSequence())
  storage.onCommit((changes) => {
    hub.publish(changes)
    for (const runner of runners) runner.onCommit(changes)
  })
  storage.onFailure((error) => {
    failure = error
    logger.error(
      { err: error },
      'the server has failed permanently and responds to all requests with 503; restart the process',
    )
    hub.close()
    for (const runner of runners) void runner.stop().catch(() => {})
    closed.reject(error)
  })
  for (const runner of runners) await runner.start()

  const sweeper = setInterval(() => {
    hub.sweep()
  }, sweepIntervalMs).unref()

  const { respond } = app
  const clientError = createClientErrorListener(logger, inFlight)
  const matches: NodeHandlers['matches'] = ({ url }) => bots.has(parseWebhookId(url, options.basePath))
  const servers = createHttpServers({ respond, matches, onClientError: clientError, inFlight })
  const close = async (): Promise<void> => {
    clearInterval(sweeper)
    hub.close()
    await servers.drain()
    await stopRunners(parts)
    await app.close()
    await storage.close()
    closed.resolve()
  }

  const kill = async (): Promise<void> => {
    clearInterval(sweeper)
    closing = Promise.resolve()
    const killed = storage.kill()
    // Not awaited: the storage ignores everything that running turns still do.
    for (const runner of runners) void runner.stop().catch(() => {})
    await killed
  }

  const chat: ChatServer = {
    listen: async (listenOptions = {}) => {
      checkListenOptions(listenOptions)
      if (failure)
        throw new Error('Unable to listen; the server has failed. Restart the process.', { cause: failure })
      return servers.listen(listenOptions)
    },
    nodeHandlers: { request: respond, clientError, matches },
    fetch: createFetchHandler(respond),
    bot: (webhookId) => {
      const bot = bots.get(webhookId)
      if (bot) return createBotHandle(bot.record, storage)
      throw new Error(
        `Unable to find the bot "${webhookId}"; the webhook ids of this server are: ${[...bots.keys()].join(', ')}.`,
      )
    },
    get listenerCount() {
      return hub.listenerCount
    },
    close: () => (closing ??= close()),
    closed: closed.promise,
    [Symbol.asyncDispose]: () => chat.close(),
  }
  return { chat, kill }
}

function buildApp(
  { options, bots, storage, hub, logger, now, monotonicNow }: Parts,
  state: Pick<AppOptions, 'inFlight' | 'isClosing'>,
): Promise<App> {
  return createApp({
    ...state,
    bots,
    storage,
    hub,
    logger,
    cors: createCors(options.corsOrigins),
    replay: {
      maxAgeMs: options.replayMaxAgeMs ?? defaults.replayMaxAgeMs,
      maxCount: Math.min(Math.floor(options.replayMaxCount ?? defaults.replayMaxCount), maxReplayCount),
    },
    basePath: options.basePath,
    hasStartPage: options.hasStartPage ?? true,
    bodyBudget: createBodyBudget(),
    maxStreamsPerUser: options.maxStreamsPerUser ?? defaults.maxStreamsPerUser,
    stallTimeoutMs: Math.min(options.stallTimeoutMs ?? defaults.stallTimeoutMs, maxTimerMs),
    now,
    monotonicNow,
  })
}

/** Registers the bots, and creates runners for those that have a handler. */
async function addBots(
  { options, storage, hub, logger, bots, runners, now }: Parts,
  secrets: SecretFile,
  { onTurnFinished }: TestOptions,
): Promise<void> {
  const turnTimeoutMs = Math.min(options.turnTimeoutMs ?? defaults.turnTimeoutMs, maxTimerMs)
  const maxConcurrentTurns = options.maxConcurrentTurns ?? defaults.maxConcurrentTurns
  for (const [webhookId, bot] of Object.entries(options.bots)) {
    const context = await registerBot(webhookId, bot, { storage, secrets, now })
    bots.set(webhookId, context)
    if (!bot.bot) continue
    const { record, definition } = context
    const runner = createBotRunner({
      bot: record,
      definition,
      storage,
      hub,
      logger,
      now,
      turnTimeoutMs,
      maxConcurrentTurns,
      onTurnFinished: onTurnFinished && ((turn) => onTurnFinished(webhookId, turn)),
    })
    runners.push(runner)
    bots.set(webhookId, { ...context, runner })
  }
  warnAboutSharedSecrets(bots.values(), logger)
}

async function stopRunners({ runners, logger }: Parts): Promise<void> {
  const stopped = await Promise.allSettled(runners.map((runner) => runner.stop()))
  for (const result of stopped) {
    // Harmless: at the next start, the bot scans more of the log than necessary.
    if (result.status === 'rejected')
      logger.warn(
        { err: result.reason as unknown },
        'unable to store which turns a bot has finished; its next start takes longer',
      )
  }
}
