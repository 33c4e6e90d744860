import { closestMatch } from 'leven'
import type { BotDefinition } from './bots/bot-definition.ts'
import type { BotOptions, ListenOptions, ServerOptions } from './server-options.ts'

/** Describes why the value of an option is invalid, and which values are valid. Undefined if it is valid. */
type Check = (value: unknown) => string | undefined

type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check }

const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== ''
    ? undefined
    : `is ${show(value)}. Use a string that is not empty`

const string: Check = (value) => (typeof value === 'string' ? undefined : `is ${show(value)}. Use a string`)

/** Never shows the value. */
const secret: Check = (value) =>
  typeof value === 'string' ? undefined : `is ${describeType(value)}. Use a string`

const callback: Check = (value) =>
  typeof value === 'function' ? undefined : `is ${show(value)}. Use a function`

const oneOf =
  (first: string, second: string): Check =>
  (value) =>
    value === first || value === second ? undefined : `is ${show(value)}. Use "${first}" or "${second}"`

const object: Check = (value) => (isObject(value) ? undefined : `is ${show(value)}. Use an object`)

/** A number in the unit of the option's name, such as milliseconds. Infinity means no limit. */
const atLeast =
  (min: number): Check =>
  (value) =>
    typeof value === 'number' && value >= min
      ? undefined
      : `is ${show(value)}. Use a number of at least ${min}`

const finite: Check = (value) =>
  typeof value === 'number' && value >= 1 && value <= maxTimerMs
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
  // HTTP clients remove dot segments from URLs.
  basePath: (value) =>
    typeof value === 'string' && /^(\/(?!\.{1,2}(\/|$))[\w.~-]+)+$/.test(value)
      ? undefined
      : `is ${show(value)}. Use a path that starts with a slash, such as /api/chat, without . and .. as segments`,
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
  hasStartPage: (value) => (typeof value === 'boolean' ? undefined : `is ${show(value)}. Use true or false`),
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
  bot: object,
  encryptionKey: secret,
  auth: oneOf('shared', 'personal'),
}

const definitionChecks: Checks<BotDefinition> = {
  id: string,
  name: string,
  pictureUrl: string,
  onMessage: callback,
  onEvent: callback,
  onConversation: callback,
  onError: callback,
  errorMessage: (value) =>
    value === false || text(value) === undefined
      ? undefined
      : `is ${show(value)}. Use a string that is not empty, or false for none`,
  onBusy: oneOf('queue', 'interrupt'),
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
  checkOptions(options, serverChecks, { action })
  if (options.bots === undefined)
    throw new Error(`Unable to ${action}; the option \`bots\` is missing. Set at least one bot.`)
  for (const [webhookId, bot] of Object.entries(options.bots)) {
    const path = `bots.${webhookId}.`
    checkOptions(bot, botChecks, { action: `start the bot "${webhookId}"`, path })
    if (bot.bot !== undefined)
      checkOptions(bot.bot, definitionChecks, {
        action: `start the bot "${webhookId}"`,
        path: `${path}bot.`,
      })
  }
  const firstSegment = options.basePath?.split('/')[1]
  if (firstSegment !== undefined && Object.hasOwn(options.bots, firstSegment))
    throw new Error(
      `Unable to ${action}; the option \`basePath\` starts with the webhook id "${firstSegment}". Use another path.`,
    )
}

/** @throws Error that names the invalid option. */
export function checkListenOptions(options: ListenOptions): void {
  checkOptions(options, listenChecks, { action: 'listen' })
}

function checkOptions<Options extends object>(
  options: Options,
  checks: Checks<Options>,
  { action, path = '' }: { action: string; path?: string },
): void {
  if (!isObject(options))
    throw new Error(`Unable to ${action}; its options are ${show(options)}. Use an object.`)
  const fail = (name: string, problem: string): never => {
    throw new Error(`Unable to ${action}; the option \`${path}${name}\` ${problem}.`)
  }
  for (const name of memberNames(options)) {
    if (Object.hasOwn(checks, name) || options[name] === undefined) continue
    const similar = findSimilar(name, Object.keys(checks))
    // Instances of classes have members of their own. By convention, those with an underscore are private.
    const isPrivate = name.startsWith('_')
    if (isInstance(options) && (isPrivate || similar === undefined || options[similar] !== undefined))
      continue
    const isOfBot = checks === botChecks && Object.hasOwn(definitionChecks, name)
    const alternative = isOfBot ? `, or set ${path}bot.${name}` : ''
    fail(name, `does not exist. Use ${similar ?? Object.keys(checks).join(', ')}${alternative}`)
  }
  for (const [name, check] of Object.entries<Check>(checks)) {
    const value = options[name]
    const problem = value === undefined ? undefined : check(value)
    if (problem !== undefined) fail(name, problem)
  }
}

/** Also those that the classes of an instance define. */
function memberNames(options: object): string[] {
  if (!isInstance(options)) return Object.keys(options)
  const names: string[] = []
  for (
    let owner: object | null = options;
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner) as object | null
  )
    names.push(...Object.getOwnPropertyNames(owner))
  return names
}

/** Whether it inherits members, as from a class. */
function isInstance(options: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(options)
  return prototype !== null && prototype !== Object.prototype
}

/** Returns the name that was probably meant. Short names differ too little to tell. */
function findSimilar(name: string, names: readonly string[]): string | undefined {
  const maxDistance = Math.min(2, Math.floor(name.length / 3))
  const lowerCase = names.map((candidate) => candidate.toLowerCase())
  const match = closestMatch(name.toLowerCase(), lowerCase, { maxDistance })
  return match === undefined ? undefined : names[lowerCase.indexOf(match)]
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
  const json = toJson(value) ?? describeType(value)
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}

/** Undefined for what JSON cannot represent, such as an object that contains itself. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
