import { homedir } from 'node:os'
import { expect, test } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { parseChatOptions } from './parse-chat-options.ts'

const url = 'http://127.0.0.1:3000/demo'

test('a URL is the address of any server; anything else is a webhook id of the hosted service', () => {
  expect(parseChatOptions([url], {}).address).toEqual({ url })
  expect(parseChatOptions(['2c0f-b1e'], {}).address).toEqual({ webhookId: '2c0f-b1e' })
})

test('every option has a default', () => {
  expect(parseChatOptions([url], {})).toEqual({
    address: { url },
    conversationId: undefined,
    isNew: false,
    userKey: undefined,
    name: undefined,
    isJson: false,
    historyCount: 20,
    waitMs: 5_000,
    stateFolder: `${homedir()}/.local/state/parley`,
    hasColors: true,
    isDumbTerminal: false,
  })
})

test('options take precedence over the environment', () => {
  const env = { PARLEY_USER_KEY: 'from-env', XDG_STATE_HOME: '/state', NO_COLOR: '1', TERM: 'dumb' }

  expect(parseChatOptions([url, '--wait', '0.5', '--history', '0'], env)).toMatchObject({
    userKey: 'from-env',
    stateFolder: '/state/parley',
    hasColors: false,
    isDumbTerminal: true,
    waitMs: 500,
    historyCount: 0,
  })
  expect(parseChatOptions([url, '--key', 'from-option'], env).userKey).toBe('from-option')
  expect(parseChatOptions([url], { XDG_STATE_HOME: 'relative' }).stateFolder).toBe(
    `${homedir()}/.local/state/parley`,
  )
})

test.for([
  [[], 'the bot address is missing'],
  [[url, 'more'], `unexpected argument after ${url}: more`],
  [['ftp://a/b'], 'is not an HTTP URL'],
  [['http://'], 'is not an HTTP URL'],
  [['localhost:3000/demo'], 'Did you mean http://localhost:3000/demo?'],
  [[url, '--new', '--conversation', 'c1'], 'cannot be combined'],
  [[url, '--key', ''], '--key is empty'],
  [[url, '--wait', 'long'], '--wait long is not a number from 0 to'],
  [[url, '--wait', '-1'], "'--wait' argument is ambiguous"],
  [[url, '--history', '101'], '--history 101 is not an integer from 0 to 100'],
  [[url, '--nope'], "Unknown option '--nope'"],
] as const)('%j is rejected with the reason', ([args, reason]) => {
  const parse = (): unknown => parseChatOptions([...args], {})

  expect(parse).toThrow(UsageError)
  expect(parse).toThrow(reason)
})

test('an empty key in the environment is rejected, because it may be a typo', () => {
  expect(() => parseChatOptions([url], { PARLEY_USER_KEY: '' })).toThrow('PARLEY_USER_KEY is empty')
})
