import type { BotDefinition } from './bots/bot-definition.ts'
import type { Logger } from './logger.ts'
import type { CommitBarrier } from './storage/sqlite/commit-barrier.ts'

/** One bot of a server. */
export interface BotOptions {
  /** What it does. Without one nobody answers. */
  readonly bot?: BotDefinition
  /**
   * Signs the keys of the bot's users: at least 32 random bytes, such as from `openssl rand -base64 32`. Required with
   * `personal`. Default: generated, in a file next to the database that only its owner can read.
   */
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
  readonly pingIntervalMs?: number
  /** A listener that has more than this waiting to be sent is cut off. Default: 1 MiB. */
  readonly maxBufferedBytes?: number
  /** Maximum number of open streams per user; further ones get 429 `RateLimited`. Default: 100. */
  readonly maxStreamsPerUser?: number
  /** Closes a stream or large response that makes no progress for this long. Default: 1 minute. */
  readonly stallTimeoutMs?: number
  /** A bot's turn that takes longer is aborted. Default: 10 minutes. */
  readonly turnTimeoutMs?: number
  /** Maximum number of concurrent turns per bot, one per conversation; others wait in the log. Default: 100. */
  readonly maxConcurrentTurns?: number
  /** Milliseconds since 1970, for the times of stored data and the expiry of keys. Default: `Date.now`. */
  readonly now?: () => number
  /** Monotonic milliseconds, for intervals. Default: `performance.now`. */
  readonly monotonicNow?: () => number
  /** For tests: false leaves it to the operating system when what was stored gets to the disk. Default: true. */
  readonly isDurable?: boolean
  /** A fault switch for tests, from `@parley/server/testing`. */
  readonly commitBarrier?: CommitBarrier
}

const dayMs = 86_400_000
const minuteMs = 60_000

/** What holds where an option is not given. */
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
