import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ChatAddress } from '@parley/core'
import { UsageError } from '../usage-error.ts'

export interface ChatCommandOptions {
  readonly address: ChatAddress
  /** Default: the one kept from the last time. */
  readonly conversationId: string | undefined
  readonly isNew: boolean
  readonly userKey: string | undefined
  readonly name: string | undefined
  readonly isJson: boolean
  /** How many of the earlier messages are shown at the start. */
  readonly historyCount: number
  /** How long it goes on listening after stdin has ended and nothing happens any more. */
  readonly waitMs: number
  /** Where the visitor's key and the conversation are kept. */
  readonly stateFolder: string
  readonly hasColors: boolean
  /** A terminal that cannot move its cursor. */
  readonly isDumb: boolean
}

export const chatUsage = `Options of chat <url>, a bot's base URL such as http://127.0.0.1:3000/demo, or its webhook id at the hosted service:
  --conversation <id>      The conversation; made if there is none. Default: goes on with the last one here
  --new                    Begins a new conversation
  --key <user key>         Whose key signs the requests. Default: a visitor, made once and kept
  --name <name>            The name that others see
  --history <number>       How many earlier messages are shown, 0 to 100. Default: 20
  --wait <seconds>         Without a terminal: ends that long after stdin has ended and the last thing happened. Default: 5
  --json                   Prints every signal as a line of JSON

Environment of chat:
  PARLEY_USER_KEY          As --key, and other users of this machine do not see it
  NO_COLOR                 No colours
`

const help = 'See parley chat --help.'
const longestWaitSeconds = 86_400

/** @throws UsageError that names the option at fault. */
export function parseChatOptions(args: string[], env: NodeJS.ProcessEnv): ChatCommandOptions {
  const { values, positionals } = parse(args)
  const [target, ...more] = positionals
  if (target === undefined)
    throw refuse(`say with whom, as in parley chat http://127.0.0.1:3000/demo. ${help}`)
  if (more.length > 0) throw refuse(`${more.join(' ')} is too much after ${target}. ${help}`)
  const conversationId = filled('--conversation', values.conversation)
  if (values.new && conversationId !== undefined)
    throw refuse('--new and --conversation exclude each other. Leave one out.')

  return {
    address: serverOf(target),
    conversationId,
    isNew: values.new,
    userKey: filled('--key', values.key) ?? filled('PARLEY_USER_KEY', env['PARLEY_USER_KEY']),
    name: filled('--name', values.name),
    isJson: values.json,
    historyCount: numberOf('--history', values.history, 100),
    waitMs: numberOf('--wait', values.wait, longestWaitSeconds) * 1000,
    stateFolder: stateFolderOf(env),
    hasColors: !env['NO_COLOR'],
    isDumb: env['TERM'] === 'dumb',
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
    throw refuse(`${cause instanceof Error ? cause.message : String(cause)}. ${help}`, cause)
  }
}

function refuse(reason: string, cause?: unknown): UsageError {
  return new UsageError(`Unable to chat; ${reason}`, { cause })
}

function serverOf(target: string): ChatAddress {
  if (target.includes('://')) {
    const protocol = URL.canParse(target) ? new URL(target).protocol : ''
    if (protocol === 'http:' || protocol === 'https:') return { url: target }
    throw refuse(`${target} is not an address such as http://127.0.0.1:3000/demo.`)
  }
  if (/^[\w-]+$/.test(target)) return { webhookId: target }
  throw refuse(`${target} is neither a webhook id nor a URL. Is http://${target} meant?`)
}

function filled(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text.trim() !== '') return text
  throw refuse(`${name} is empty. Set it, or leave it out.`)
}

function numberOf(name: string, text: string, highest: number): number {
  const isWhole = name === '--history'
  const number = Number(text)
  const isNumber = (isWhole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text)
  if (isNumber && number <= highest) return number
  throw refuse(`${name} ${text} is not a ${isWhole ? 'whole ' : ''}number from 0 to ${highest}.`)
}

/** Where the XDG base directory specification has it; it wants a relative path ignored. */
function stateFolderOf(env: NodeJS.ProcessEnv): string {
  const given = env['XDG_STATE_HOME'] ?? ''
  return join(isAbsolute(given) ? given : join(homedir(), '.local', 'state'), 'parley')
}
