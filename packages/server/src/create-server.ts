import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Message, Payload } from '@parley/core/contract'
import type { BotDefinition } from './bots/bot-definition.ts'
import { createBotRunner, type BotRunner } from './bots/bot-runner.ts'
import { createSpeaker, publicMessage } from './bots/speaker.ts'
import { buildApp } from './http/app.ts'
import type { BotContext } from './http/bot-context.ts'
import { answerConnect, createClientErrorListener, type ClientErrorListener } from './http/client-error.ts'
import { createCors } from './http/cors.ts'
import { createKeyRing } from './http/key-ring.ts'
import { createLogger, type Logger } from './logger.ts'
import { openSecretFile, type SecretFile } from './secrets.ts'
import { createHub } from './signals/hub.ts'
import type { FlushGate } from './storage/sqlite/flush-gate.ts'
import { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts'
import type { Storage } from './storage/storage.ts'
import { check } from './wire/validation.ts'

/** One bot of a server. */
export interface BotOptions {
  /** What it does. Without one nobody answers. */
  readonly bot?: BotDefinition
  /** Signs the keys of its users. Default: one is made and kept beside the database, readable by the owner only. */
  readonly encryptionKey?: string
  /**
   * `shared` (default): anyone becomes a user by `createUser`. `personal`: you sign keys in your own backend, for users that you
   * know; `createUser` answers 401.
   */
  readonly auth?: 'shared' | 'personal'
}

export interface ServerOptions {
  /** The SQLite file, made if it is not there, or `:memory:`. Default: `./parley.db`. */
  readonly data?: string
  /** The bots by their webhook ids; each is an island with users and conversations of its own. */
  readonly bots: Readonly<Record<string, BotOptions>>
  /** The origins of web pages that may call. Default: all; the key in the header is the authority, there are no cookies. */
  readonly corsOrigins?: readonly string[]
  /** A pino logger fits. Default: JSON lines on stderr. */
  readonly logger?: Logger
  /** How long signals are kept for those who resume. Default: 7 days. */
  readonly replayMaxAgeMs?: number
  /** How many missed signals are replayed at most. Default: 1,000. */
  readonly replayMaxCount?: number
  /** Silence on a stream after which a ping is sent. Default: 20 s; the wire allows 25 s. */
  readonly pingAfterMs?: number
  /** A listener that has more than this waiting to be sent is cut off. Default: 1 MiB. */
  readonly maxBufferedBytes?: number
  /** A bot's turn that takes longer is aborted. Default: 10 minutes. */
  readonly turnTimeoutMs?: number
  /** Milliseconds since 1970, for the expiry of keys. Default: `Date.now`. */
  readonly now?: () => number
  /** A fault switch for tests, from `@parley/server/testing`. */
  readonly flushGate?: FlushGate
}

/** The voice of a bot outside of its turns. */
export interface BotVoice {
  /**
   * Sends a message to a conversation; resolves when it is stored.
   *
   * @throws Error that names the reason: the conversation is unknown, the payload is not valid.
   */
  send(
    conversationId: string,
    payload: Payload,
    options?: { metadata?: Record<string, unknown> },
  ): Promise<Message>
  /** Sends an event, which listeners hear and nobody can fetch later. */
  sendEvent(conversationId: string, payload: Record<string, unknown>): Promise<void>
}

/** A running Chat API. */
export interface ChatServer {
  /** A listener for the `request` event of any `node:http` server. */
  handler(request: IncomingMessage, response: ServerResponse): void
  /** Whether a request is under the webhook id of one of the bots. */
  handles(request: IncomingMessage): boolean
  /** For the `clientError` event of the server that `handler` is given to. */
  answerClientError: ClientErrorListener
  /**
   * Listens with a server of its own; port 0 takes a free one. Resolves with its origin, `http://127.0.0.1:3000`.
   *
   * @throws Error if the port is taken.
   */
  listen(options?: { port?: number; host?: string }): Promise<{ origin: string; port: number }>
  /** @throws Error if no bot has this webhook id. */
  bot(webhookId: string): BotVoice
  /** How many streams are open. */
  readonly listenerCount: number
  /** Answers what has begun, ends the streams and the bots' turns, and lets go of the file. Nothing acknowledged is lost. */
  close(): Promise<void>
}

const defaults = {
  data: './parley.db',
  port: 3000,
  host: '127.0.0.1',
  replayMaxAgeMs: 7 * 24 * 60 * 60 * 1000,
  replayMaxCount: 1_000,
  pingAfterMs: 20_000,
  maxBufferedBytes: 1024 * 1024,
  turnTimeoutMs: 10 * 60 * 1000,
}
const sweepEveryMs = 1_000
/** How long requests under way may take when the server stops. */
const drainMs = 10_000

/**
 * Opens the database, starts the bots, and answers the Chat API under `/{webhookId}` of each.
 *
 * @throws Error if the options do not fit, or the database cannot be opened or is in use by another server.
 */
export async function createServer(options: ServerOptions): Promise<ChatServer> {
  const data = options.data ?? defaults.data
  const now = options.now ?? Date.now
  const logger = options.logger ?? createLogger()
  const secrets = openSecretFile(data)
  const storage = await openSqliteStorage({ path: data, flushGate: options.flushGate })
  const hub = createHub({
    pingAfterMs: options.pingAfterMs ?? defaults.pingAfterMs,
    maxBufferedBytes: options.maxBufferedBytes ?? defaults.maxBufferedBytes,
  })
  let isClosing = false
  let underWay = 0

  const bots = new Map<string, BotContext>()
  const runners: BotRunner[] = []
  try {
    for (const [webhookId, bot] of Object.entries(options.bots)) {
      const context = await registerBot(webhookId, bot, { storage, secrets, now })
      bots.set(webhookId, context)
      const turnTimeoutMs = options.turnTimeoutMs ?? defaults.turnTimeoutMs
      const { record, definition } = context
      if (bot.bot)
        runners.push(createBotRunner({ bot: record, definition, storage, hub, logger, now, turnTimeoutMs }))
    }
  } catch (error) {
    await storage.close()
    throw error
  }
  storage.onCommit((effects) => {
    hub.publish(effects)
    for (const runner of runners) runner.onCommit(effects)
  })
  for (const runner of runners) await runner.start()

  const app = await buildApp({
    bots,
    storage,
    hub,
    logger,
    cors: createCors(options.corsOrigins),
    replay: {
      maxAgeMs: options.replayMaxAgeMs ?? defaults.replayMaxAgeMs,
      maxCount: options.replayMaxCount ?? defaults.replayMaxCount,
    },
    now,
    isClosing: () => isClosing,
  })
  const sweeper = setInterval(() => {
    hub.sweep(now())
  }, sweepEveryMs).unref()

  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    underWay++
    response.once('close', () => underWay--)
    app.routing(request, response)
  }
  const answerClientError = createClientErrorListener(logger)
  let server: Server | undefined

  const drain = async (): Promise<void> => {
    const deadline = Date.now() + drainMs
    const closed = server && new Promise((resolve) => server?.close(resolve))
    server?.closeIdleConnections()
    while (underWay > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
    server?.closeAllConnections()
    await closed
  }

  return {
    handler,
    handles: (request) => bots.has(webhookIdOf(request.url)),
    answerClientError,
    listen: async ({ port = defaults.port, host = defaults.host } = {}) => {
      // What Node would refuse by itself, without a body, is refused like anything else.
      server = createHttpServer({ requireHostHeader: false }, handler)
      server.on('checkExpectation', handler)
      server.on('connect', answerConnect)
      server.on('clientError', answerClientError)
      server.listen(port, host)
      await once(server, 'listening')
      const { port: bound } = server.address() as AddressInfo
      return { origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, port: bound }
    },
    bot: (webhookId) => voiceOf(webhookId, { bots, storage }),
    get listenerCount() {
      return hub.listenerCount
    },
    close: async () => {
      if (isClosing) return
      isClosing = true
      clearInterval(sweeper)
      hub.closeAll()
      await drain()
      await Promise.all(runners.map((runner) => runner.stop()))
      await app.close()
      await storage.close()
    },
  }
}

async function registerBot(
  webhookId: string,
  options: BotOptions,
  { storage, secrets, now }: { storage: Storage; secrets: SecretFile; now: () => number },
): Promise<BotContext> {
  const definition = options.bot ?? {}
  const { name, pictureUrl, id = `bot_${webhookId}` } = definition
  const failed = `Unable to start the bot ${webhookId}`
  if (!/^[\w.~-]+$/.test(webhookId))
    throw new Error(`${failed}; its webhook id may hold letters, digits and _ . ~ - only.`)
  if (options.encryptionKey === '') throw new Error(`${failed}; its encryption key is empty.`)
  check('Id', id, { failed: `${failed}; its id does not do` })

  const fields = JSON.stringify({
    ...(name === undefined ? {} : { name }),
    ...(pictureUrl === undefined ? {} : { pictureUrl }),
  })
  const record = await storage.execute('registerBot', { webhookId, userId: id, fields })
  const keys = createKeyRing(options.encryptionKey ?? secrets.secretOf(webhookId), now)
  return { webhookId, record, definition, keys, auth: options.auth ?? 'shared' }
}

function voiceOf(
  webhookId: string,
  { bots, storage }: { bots: ReadonlyMap<string, BotContext>; storage: Storage },
): BotVoice {
  const context = bots.get(webhookId)
  if (!context)
    throw new Error(`Unable to find the bot ${webhookId}; the server has ${[...bots.keys()].join(', ')}.`)
  const speak = (id: string) => createSpeaker(storage, { bot: context.record, conversation: { id } })
  return {
    send: async (conversationId, payload, options = {}) =>
      publicMessage(await speak(conversationId).message(payload, options)),
    sendEvent: async (conversationId, payload) => {
      await speak(conversationId).event(payload)
    },
  }
}

function webhookIdOf(url = '/'): string {
  return /^\/([^/?#]*)/.exec(url)?.[1] ?? ''
}
