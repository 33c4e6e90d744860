import type { RequestListener } from 'node:http'
import type { BotDefinition } from './bots/bot-definition.ts'
import type { Logger } from './logger.ts'

/** One bot of a server. */
export interface BotOptions {
  /** The handlers and the profile of the bot. Default: a bot without handlers. */
  readonly bot?: BotDefinition
  /**
   * The secret that signs the keys of the bot's users: at least 32 random bytes, such as from
   * `openssl rand -base64 32`. Required with `auth: 'personal'`. Default: generated, and stored in a file next to the
   * database that only its owner can read.
   */
  readonly encryptionKey?: string
  /**
   * `shared` (default): anyone can create a user with `createUser`. `personal`: your backend signs the user keys, and
   * `createUser` responds with 401.
   */
  readonly auth?: 'shared' | 'personal'
}

export interface ServerOptions {
  /** The path of the SQLite database, created if missing, or `:memory:`. Default: `./parley.db`. */
  readonly data?: string
  /** The bots by their webhook ids. Each is isolated and has its own users and conversations. */
  readonly bots: Readonly<Record<string, BotOptions>>
  /**
   * The path under which an embedding program serves the API, such as `/api/chat`: the base URL of the bot `demo` then
   * ends in `/api/chat/demo`. Requests without it are served as well, as some frameworks remove it from the URL.
   * Default: none.
   */
  readonly basePath?: string
  /**
   * The origins of web pages that may call the API, such as `https://example.com`. Default: all, as calls need a user
   * key and use no cookies.
   */
  readonly corsOrigins?: readonly string[]
  /** A logger, such as one of pino. Default: stderr, readable text on a terminal, and JSON lines elsewhere. */
  readonly logger?: Logger
  /**
   * Whether a browser that opens the base URL of a bot gets a page with a chat to try. API clients never get it.
   * Default: true.
   */
  readonly hasStartPage?: boolean
  /** How old the missed signals of a resumed stream may be, in milliseconds. Default: 7 days. */
  readonly replayMaxAgeMs?: number
  /** Maximum number of missed signals that are replayed. Default: 1,000. */
  readonly replayMaxCount?: number
  /** Pings streams that were idle for this long. Default: 20 s. Clients expect data every 25 s. */
  readonly pingIntervalMs?: number
  /** Closes a stream with more unsent bytes than this. Default: 1 MiB. */
  readonly maxBufferedBytes?: number
  /** Maximum number of open streams per user. Further ones get 429 `RateLimited`. Default: 100. */
  readonly maxStreamsPerUser?: number
  /** Closes a stream or large response that makes no progress for this long. Default: 1 minute. */
  readonly stallTimeoutMs?: number
  /** Aborts turns of bots that take longer. Default: 10 minutes. */
  readonly turnTimeoutMs?: number
  /** Maximum number of concurrent turns per bot, one per conversation. Others wait in the log. Default: 100. */
  readonly maxConcurrentTurns?: number
  /** Milliseconds since 1970, for the times of stored data and the expiry of keys. Default: `Date.now`. */
  readonly now?: () => number
  /** Monotonic milliseconds, for intervals. Default: `performance.now`. */
  readonly monotonicNow?: () => number
}

export interface ListenOptions {
  /** 0 selects a free port. Default: 3000. */
  readonly port?: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Handles requests that are not for a bot, such as those for web pages. Default: 404. */
  readonly fallback?: RequestListener
}

const dayMs = 86_400_000
const minuteMs = 60_000

/** The defaults of `ServerOptions`. */
export const defaults: Required<
  Pick<
    ServerOptions,
    | 'data'
    | 'replayMaxAgeMs'
    | 'replayMaxCount'
    | 'pingIntervalMs'
    | 'maxBufferedBytes'
    | 'maxStreamsPerUser'
    | 'stallTimeoutMs'
    | 'turnTimeoutMs'
    | 'maxConcurrentTurns'
  >
> = {
  data: './parley.db',
  replayMaxAgeMs: 7 * dayMs,
  replayMaxCount: 1_000,
  pingIntervalMs: 20_000,
  maxBufferedBytes: 1024 * 1024,
  maxStreamsPerUser: 100,
  stallTimeoutMs: minuteMs,
  turnTimeoutMs: 10 * minuteMs,
  maxConcurrentTurns: 100,
}
