import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ChatAddress } from '@parley/core'
import { UsageError } from '../usage-error.ts'

export interface ChatCommandOptions {
  readonly address: ChatAddress
  /** Default: the saved conversation. */
  readonly conversationId: string | undefined
  readonly isNew: boolean
  readonly userKey: string | undefined
  readonly name: string | undefined
  readonly isJson: boolean
  /** The number of earlier messages to show at the start. */
  readonly historyCount: number
  /** How long the chat waits for further signals after stdin has ended. */
  readonly waitMs: number
  /** The folder for guest keys and conversation ids. */
  readonly stateFolder: string
  readonly hasColors: boolean
  /** Whether the terminal cannot move its cursor. */
  readonly isDumbTerminal: boolean
}

export const chatUsage = `Arguments for chat:
  <url>                    Base URL of the bot, such as http://127.0.0.1:3000/demo
  <webhook id>             Or its webhook id on the hosted service

Options for chat:
  --conversation <id>      Conversation to join; created if it does not exist. Default: the last one with this bot
  --new                    Start a new conversation as the same user
  --key <user key>         Chat as the user with this key. Default: a guest, created once and saved
  --name <name>            Name that other users see
  --history <number>       Number of earlier messages to show, 0 to 100. Default: 20
  --wait <seconds>         Without a terminal: time without activity before exiting, once stdin has ended. Default: 5
  --json                   Print each signal as a line of JSON instead of the messages

Keys for chat, in a terminal:
  Ctrl-C                   Stop the answer while it streams. Otherwise, and while it is being stopped: exit
  Ctrl-D                   Exit

Environment variables for chat:
  PARLEY_USER_KEY          Like --key, but hidden from other users of this machine
  NO_COLOR                 Disables colors if set

Exit codes of chat:
  0 ended by you or by the end of stdin · 1 failed, or a message was rejected · 2 invalid command line
`

const helpHint = 'See parley chat --help.'
const maxWaitSeconds = 86_400

/** @throws UsageError that names the invalid option. */
export function parseChatOptions(args: string[], env: NodeJS.ProcessEnv): ChatCommandOptions {
  const { values, positionals } = parse(args)
  const [target, ...extra] = positionals
  if (target === undefined)
    throw createUsageError(
      `the bot address is missing. Example: parley chat http://127.0.0.1:3000/demo. ${helpHint}`,
    )
  if (extra.length > 0)
    throw createUsageError(`unexpected argument after ${target}: ${extra.join(' ')}. ${helpHint}`)
  const conversationId = requireNonEmpty('--conversation', values.conversation)
  if (values.new && conversationId !== undefined)
    throw createUsageError('--new and --conversation cannot be combined. Remove one of them.')

  return {
    address: parseAddress(target),
    conversationId,
    isNew: values.new,
    userKey:
      requireNonEmpty('--key', values.key) ?? requireNonEmpty('PARLEY_USER_KEY', env['PARLEY_USER_KEY']),
    name: requireNonEmpty('--name', values.name),
    isJson: values.json,
    historyCount: parseNumber('--history', values.history, 100),
    waitMs: parseNumber('--wait', values.wait, maxWaitSeconds) * 1000,
    stateFolder: getStateFolder(env),
    hasColors: !env['NO_COLOR'],
    isDumbTerminal: env['TERM'] === 'dumb',
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        conversation: { type: 'string' },
        new: { type: 'boolean', default: false },
        key: { type: 'string' },
        name: { type: 'string' },
        history: { type: 'string', default: '20' },
        wait: { type: 'string', default: '5' },
        json: { type: 'boolean', default: false },
      },
    })
  } catch (cause) {
    throw createUsageError(`${cause instanceof Error ? cause.message : String(cause)}. ${helpHint}`, cause)
  }
}

function createUsageError(reason: string, cause?: unknown): UsageError {
  return new UsageError(`Unable to chat; ${reason}`, { cause })
}

function parseAddress(target: string): ChatAddress {
  if (target.includes('://')) {
    const protocol = URL.canParse(target) ? new URL(target).protocol : ''
    if (protocol === 'http:' || protocol === 'https:') return { url: target }
    throw createUsageError(`${target} is not an HTTP URL. Example: http://127.0.0.1:3000/demo.`)
  }
  if (/^[\w-]+$/.test(target)) return { webhookId: target }
  throw createUsageError(`${target} is neither a webhook id nor a URL. Did you mean http://${target}?`)
}

function requireNonEmpty(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text.trim() !== '') return text
  throw createUsageError(`${name} is empty. Set it, or remove it.`)
}

function parseNumber(name: string, text: string, max: number): number {
  const isInteger = name === '--history'
  const number = Number(text)
  const isNumber = (isInteger ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text)
  if (isNumber && number <= max) return number
  throw createUsageError(`${name} ${text} is not ${isInteger ? 'an integer' : 'a number'} from 0 to ${max}.`)
}

/** Follows the XDG base directory specification, which requires relative paths to be ignored. */
function getStateFolder(env: NodeJS.ProcessEnv): string {
  const stateHome = env['XDG_STATE_HOME'] ?? ''
  return join(isAbsolute(stateHome) ? stateHome : join(homedir(), '.local', 'state'), 'parley')
}
