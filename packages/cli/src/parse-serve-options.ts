import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

export interface ServeCommandOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly webhookId: string
  /** The path of the bot module. */
  readonly bot: string | undefined
  readonly auth: 'shared' | 'personal'
  readonly corsOrigins: string[] | undefined
  readonly encryptionKey: string | undefined
  readonly pingIntervalMs: number | undefined
}

export const serveUsage = `Options for serve:
  --port <number>          Port to listen on; 0 selects a free port. Default: 3000
  --host <address>         Address to listen on. Default: 127.0.0.1
  --data <file>            SQLite database file, or :memory:. Default: ./parley.db
  --webhook-id <id>        Webhook id of the bot, the first segment of every path. Default: demo
  --bot <module>           Module whose default export is the bot, such as ./bot.ts. Default: no bot
  --auth <mode>            shared: anyone can create a user. personal: your backend signs user keys. Default: shared
  --cors-origin <origin>   Origin of web pages that may call the API; repeatable. Default: all origins
  --ping-interval <s>      Seconds without data before a stream is pinged, 1 to 20. Default: 20

Environment variables for serve:
  PARLEY_ENCRYPTION_KEY    Secret that signs user keys, at least 32 bytes. Generate one: openssl rand -base64 32.
                           Default with --auth shared: generated and stored next to the database

Exit codes of serve:
  0 stopped by a signal · 1 unable to start · 2 invalid command line · 3 failed while running: restart it
`

const maxPort = 65_535

/** @throws UsageError that names the invalid option. */
export function parseServeOptions(args: string[], env: NodeJS.ProcessEnv): ServeCommandOptions {
  const values = parse(args)
  const encryptionKey = env['PARLEY_ENCRYPTION_KEY']
  if (encryptionKey === '') {
    throw new UsageError(
      'Unable to serve; PARLEY_ENCRYPTION_KEY is empty. Set it, or unset it to generate a key.',
    )
  }
  const auth = parseAuth(values.auth)
  if (auth === 'personal' && encryptionKey === undefined) {
    throw new UsageError(
      'Unable to serve; --auth personal requires PARLEY_ENCRYPTION_KEY. ' +
        'Set it to the secret with which your backend signs user keys. Generate one: openssl rand -base64 32',
    )
  }
  return {
    port: parsePort(values.port),
    host: parseHost(values.host),
    data: values.data,
    webhookId: values['webhook-id'],
    bot: values.bot,
    auth,
    corsOrigins: values['cors-origin']?.map(parseOrigin),
    encryptionKey,
    pingIntervalMs: parsePingInterval(values['ping-interval']),
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
    throw new UsageError(`Unable to serve; ${reason}. See parley serve --help.`, { cause })
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= maxPort) return port
  throw new UsageError(`Unable to serve; --port ${text} is not an integer from 0 to ${maxPort}.`)
}

/** Clients expect data at least every 25 s. Pings are sent up to 2 s after the interval. */
const maxPingIntervalSeconds = 20

function parsePingInterval(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= maxPingIntervalSeconds) return seconds * 1_000
  throw new UsageError(
    `Unable to serve; --ping-interval ${text} is not an integer from 1 to ${maxPingIntervalSeconds}.`,
  )
}

/** Rejects an empty host, because Node would listen on all addresses. */
function parseHost(text: string): string {
  if (text.trim() !== '') return text
  throw new UsageError(
    'Unable to serve; --host is empty. Set an address, such as 127.0.0.1, or remove the option.',
  )
}

function parseAuth(text: string): 'shared' | 'personal' {
  if (text === 'shared' || text === 'personal') return text
  throw new UsageError(`Unable to serve; --auth ${text} is invalid. Use shared or personal.`)
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && url.origin !== 'null') return url.origin
  // For custom schemes such as capacitor://localhost, URL reports an opaque origin, but web views send scheme and host.
  if (url && url.host !== '') return `${url.protocol}//${url.host}`
  throw new UsageError(
    `Unable to serve; --cors-origin ${text} is not an origin. Example: https://example.com.`,
  )
}
