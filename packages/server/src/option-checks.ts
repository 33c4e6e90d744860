import type { BotOptions, ListenOptions, ServerOptions } from './server-options.ts'

/** Describes why the value of an option is invalid, and which values are valid. Undefined if it is valid. */
type Check = (value: unknown, name: string) => string | undefined

type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check }

const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== ''
    ? undefined
    : `is ${show(value)}. Use a string that is not empty`

const callback: Check = (value) =>
  typeof value === 'function' ? undefined : `is ${show(value)}. Use a function`

const plainObject: Check = (value) => (isObject(value) ? undefined : `is ${show(value)}. Use an object`)

/** A number in the unit of the option's name, such as milliseconds. Infinity means no limit. */
const atLeast =
  (min: number): Check =>
  (value) =>
    typeof value === 'number' && value >= min
      ? undefined
      : `is ${show(value)}. Use a number of at least ${min}`

const finite: Check = (value) =>
  typeof value === 'number' && value > 0 && value <= maxTimerMs
    ? undefined
    : `is ${show(value)}. Use a number of milliseconds from 1 to ${maxTimerMs}`

/** Node runs timers with a longer delay at once. */
export const maxTimerMs: number = 2 ** 31 - 1

const serverChecks: Checks<ServerOptions> = {
  data: text,
  bots: (value) =>
    isObject(value) && Object.keys(value).length > 0
      ? undefined
      : `is ${show(value)}. Use an object with at least one bot, by its webhook id`,
  basePath: (value) =>
    typeof value === 'string' && /^(\/[\w.~-]+)+$/.test(value)
      ? undefined
      : `is ${show(value)}. Use a path that starts with a slash, such as /api/chat`,
  corsOrigins: (value) => {
    if (!Array.isArray(value)) return `is ${show(value)}. Use an array of origins`
    const invalid: unknown = value.find((origin) => !isOrigin(origin))
    return invalid === undefined
      ? undefined
      : `contains ${show(invalid)}, which is not an origin. Use a scheme and a host, such as https://example.com`
  },
  logger: (value) => {
    const missing = ['info', 'warn', 'error'].find(
      (method) => !isObject(value) || typeof value[method] !== 'function',
    )
    return missing === undefined ? undefined : `has no method "${missing}". Use a logger such as one of pino`
  },
  replayMaxAgeMs: atLeast(0),
  replayMaxCount: atLeast(0),
  pingIntervalMs: finite,
  maxBufferedBytes: atLeast(0),
  maxStreamsPerUser: atLeast(1),
  stallTimeoutMs: atLeast(1),
  turnTimeoutMs: atLeast(1),
  maxConcurrentTurns: atLeast(1),
  now: callback,
  monotonicNow: callback,
}

const botChecks: Checks<BotOptions> = {
  bot: plainObject,
  encryptionKey: (value) => (typeof value === 'string' ? undefined : `is ${show(value)}. Use a string`),
  auth: (value) =>
    value === 'shared' || value === 'personal' ? undefined : `is ${show(value)}. Use "shared" or "personal"`,
}

const listenChecks: Checks<ListenOptions> = {
  port: (value) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535
      ? undefined
      : `is ${show(value)}. Use an integer from 0 to 65535`,
  // Node would listen on all addresses if it is empty.
  host: text,
  fallback: callback,
}

/** @throws Error that names the invalid option. */
export function checkServerOptions(options: ServerOptions): void {
  const action = 'start the server'
  checkOptions(options, serverChecks, action)
  if (options.bots === undefined)
    throw new Error(`Unable to ${action}; the option \`bots\` is missing. Set at least one bot.`)
  for (const [webhookId, bot] of Object.entries(options.bots))
    checkOptions(bot, botChecks, `start the bot "${webhookId}"`)
  const [, firstSegment = ''] = options.basePath?.split('/') ?? []
  if (Object.hasOwn(options.bots, firstSegment))
    throw new Error(
      `Unable to ${action}; the option \`basePath\` starts with the webhook id "${firstSegment}". Use another path.`,
    )
}

/** @throws Error that names the invalid option. */
export function checkListenOptions(options: ListenOptions): void {
  checkOptions(options, listenChecks, 'listen')
}

function checkOptions<Options extends object>(
  options: Options,
  checks: Checks<Options>,
  action: string,
): void {
  if (!isObject(options))
    throw new Error(`Unable to ${action}; its options are ${show(options)}. Use an object.`)
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (!Object.hasOwn(checks, name))
      throw new Error(
        `Unable to ${action}; the option \`${name}\` does not exist. Use ${Object.keys(checks).join(', ')}.`,
      )
    const problem = checks[name as keyof Options](value, name)
    if (problem !== undefined) throw new Error(`Unable to ${action}; the option \`${name}\` ${problem}.`)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Browser extensions and apps have origins with their own schemes; pages without one send `null`. */
function isOrigin(value: unknown): boolean {
  return (
    typeof value === 'string' && (value === 'null' || /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+\/?$/i.test(value))
  )
}

/** The value as it would be written in code, never longer than a line. */
function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol' || typeof value === 'bigint' || typeof value === 'number')
    return String(value)
  const json = JSON.stringify(value) ?? 'undefined'
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}
