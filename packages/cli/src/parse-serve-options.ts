import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

export interface ServeCommandOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly webhookId: string
  /** The path of the bot module. */
  readonly bot: string | undefined
  /** Whether to reload the bot when one of its files changes. */
  readonly isWatching: boolean
  readonly auth: 'shared' | 'personal'
  readonly corsOrigins: string[] | undefined
  readonly encryptionKey: string | undefined
  readonly pingIntervalMs: number | undefined
  /** Whether browsers get a page at the base URL. */
  readonly hasStartPage: boolean
}

export const serveUsage = `Options for serve:
  --port <number>          Port to listen on; 0 selects a free port. Default: 3000
  --host <address>         Address to listen on. Default: 127.0.0.1
  --data <file>            SQLite database file, or :memory:. Default: ./parley.db
  --webhook-id <id>        Webhook id of the bot, the first segment of every path. Default: demo
  --bot <module>           Module whose default export is the bot, such as ./bot.ts. Default: no bot
  --watch                  Reload the bot when it or a file that it imports changes. Running turns finish
  --auth <mode>            shared: anyone can create a user. personal: your backend signs user keys. Default: shared
  --cors-origin <origin>   Origin of web pages that may call the API; repeatable. Default: all origins
  --ping-interval <s>      Seconds without data before a stream is pinged, 1 to 20. Default: 20
  --no-start-page          Respond with 404 to browsers that open the base URL. Default: a page with a chat to try

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
  if (values.watch && values.bot === undefined)
    throw new UsageError(
      'Unable to serve; --watch requires --bot. Pass the module of the bot, such as ./bot.ts.',
    )
  if (auth === 'personal' && encryptionKey === undefined) {
    throw new UsageError(
      'Unable to serve; --auth personal requires PARLEY_ENCRYPTION_KEY. ' +
        'Set it to the secret with which your backend signs user keys. Generate one: openssl rand -base64 32',
    )
  }
  return {
    port: parsePort(values.port),
    // Node would listen on all addresses if it were empty.
    host: requireNonEmpty('--host', values.host, 'an address, such as 127.0.0.1'),
    data: requireNonEmpty('--data', values.data, 'a file, such as ./parley.db'),
    webhookId: requireNonEmpty('--webhook-id', values['webhook-id'], 'an id, such as demo'),
    bot:
      values.bot === undefined
        ? undefined
        : requireNonEmpty('--bot', values.bot, 'a module, such as ./bot.ts'),
    isWatching: values.watch,
    auth,
    corsOrigins: values['cors-origin']?.map(parseOrigin),
    encryptionKey,
    hasStartPage: !values['no-start-page'],
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
        watch: { type: 'boolean', default: false },
        auth: { type: 'string', default: 'shared' },
        'cors-origin': { type: 'string', multiple: true },
        'ping-interval': { type: 'string' },
        'no-start-page': { type: 'boolean', default: false },
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

function requireNonEmpty(name: string, text: string, example: string): string {
  if (text.trim() !== '') return text
  throw new UsageError(`Unable to serve; ${name} is empty. Set ${example}, or remove the option.`)
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
