import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

export interface ServeCommandOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly webhookId: string
  /** The path of a bot module. */
  readonly bot: string | undefined
  readonly auth: 'shared' | 'personal'
  readonly corsOrigins: string[] | undefined
  readonly encryptionKey: string | undefined
  readonly pingIntervalMs: number | undefined
}

export const serveUsage = `Options of serve:
  --port <number>          The port; 0 takes a free one. Default: 3000
  --host <address>         The address to listen on. Default: 127.0.0.1
  --data <file>            The SQLite file, or :memory:. Default: ./parley.db
  --webhook-id <id>        The bot's webhook id, the first part of every path. Default: demo
  --bot <module>           A module whose default export is the bot, such as ./bot.ts. Default: nobody answers
  --auth <mode>            shared: anyone may create a user. personal: your backend signs the keys. Default: shared
  --cors-origin <origin>   A web page's origin that may call; may be given again. Default: all
  --ping-interval <s>      Seconds without data after which a stream is pinged: 1 to 20. Default: 20

Environment of serve:
  PARLEY_ENCRYPTION_KEY    Signs the users' keys; at least 32 bytes, such as from openssl rand -base64 32.
                           Default with --auth shared: generated, in a file next to the database

Exit codes of serve:
  0 stopped by a signal · 1 could not start · 2 invalid command line · 3 failed while running; restart it
`

const highestPort = 65_535

/** @throws UsageError that names the option at fault. */
export function parseServeOptions(args: string[], env: NodeJS.ProcessEnv): ServeCommandOptions {
  const values = parse(args)
  const encryptionKey = env['PARLEY_ENCRYPTION_KEY']
  if (encryptionKey === '') {
    throw new UsageError(
      'Unable to serve; PARLEY_ENCRYPTION_KEY is empty. Set it, or unset it to have a key made.',
    )
  }
  const auth = authOf(values.auth)
  if (auth === 'personal' && encryptionKey === undefined) {
    throw new UsageError(
      'Unable to serve; with --auth personal your backend signs the keys, so PARLEY_ENCRYPTION_KEY must be set to its secret. ' +
        'Make one with: openssl rand -base64 32',
    )
  }
  return {
    port: portOf(values.port),
    host: hostOf(values.host),
    data: values.data,
    webhookId: values['webhook-id'],
    bot: values.bot,
    auth,
    corsOrigins: values['cors-origin']?.map(originOf),
    encryptionKey,
    pingIntervalMs: pingIntervalMsOf(values['ping-interval']),
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '3000' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string', default: './parley.db' },
        'webhook-id': { type: 'string', default: 'demo' },
        bot: { type: 'string' },
        auth: { type: 'string', default: 'shared' },
        'cors-origin': { type: 'string', multiple: true },
        'ping-interval': { type: 'string' },
      },
    }).values
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`Unable to serve; ${reason}. See parley --help.`, { cause })
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= highestPort) return port
  throw new UsageError(`Unable to serve; --port ${text} is not a number from 0 to ${highestPort}.`)
}

/** Clients expect data at least every 25 s. Pings are sent up to 2 s after the interval. */
const maxPingIntervalSeconds = 20

function pingIntervalMsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= maxPingIntervalSeconds) return seconds * 1_000
  throw new UsageError(
    `Unable to serve; --ping-interval ${text} is not a number of seconds from 1 to ${maxPingIntervalSeconds}.`,
  )
}

/** Node would take an empty one for every address of the machine. */
function hostOf(text: string): string {
  if (text.trim() !== '') return text
  throw new UsageError(
    'Unable to serve; --host is empty. Give an address, such as 127.0.0.1, or leave it out.',
  )
}

function authOf(text: string): 'shared' | 'personal' {
  if (text === 'shared' || text === 'personal') return text
  throw new UsageError(`Unable to serve; --auth ${text} is neither shared nor personal.`)
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && url.origin !== 'null') return url.origin
  // The page of an app, such as capacitor://localhost: to the URL standard its origin is opaque, to web views it is not.
  if (url && url.host !== '') return `${url.protocol}//${url.host}`
  throw new UsageError(`Unable to serve; --cors-origin ${text} is not an origin such as https://example.com.`)
}
