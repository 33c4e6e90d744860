import { homedir } from 'node:os'
import { expect, test } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { parseChatOptions } from './parse-chat-options.ts'

const url = 'http://127.0.0.1:3000/demo'

test('a URL is a server of any kind, and anything else a webhook id of the hosted service', () => {
  expect(parseChatOptions([url], {}).address).toEqual({ url })
  expect(parseChatOptions(['2c0f-b1e'], {}).address).toEqual({ webhookId: '2c0f-b1e' })
})

test('what is not said has a default', () => {
  expect(parseChatOptions([url], {})).toEqual({
    server: { url },
    conversationId: undefined,
    isNew: false,
    userKey: undefined,
    name: undefined,
    isJson: false,
    historyCount: 20,
    waitMs: 5_000,
    stateFolder: `${homedir()}/.local/state/parley`,
    hasColors: true,
    isDumb: false,
  })
})

test('the environment counts where no option says otherwise', () => {
  const env = { PARLEY_USER_KEY: 'of-env', XDG_STATE_HOME: '/state', NO_COLOR: '1', TERM: 'dumb' }

  expect(parseChatOptions([url, '--wait', '0.5', '--history', '0'], env)).toMatchObject({
    userKey: 'of-env',
    stateFolder: '/state/parley',
    hasColors: false,
    isDumb: true,
    waitMs: 500,
    historyCount: 0,
  })
  expect(parseChatOptions([url, '--key', 'given'], env).userKey).toBe('given')
  expect(parseChatOptions([url], { XDG_STATE_HOME: 'relative' }).stateFolder).toBe(
    `${homedir()}/.local/state/parley`,
  )
})

test.for([
  [[], 'say with whom'],
  [[url, 'more'], 'more is too much'],
  [['ftp://a/b'], 'is not an address such as'],
  [['http://'], 'is not an address such as'],
  [['localhost:3000/demo'], 'Is http://localhost:3000/demo meant?'],
  [[url, '--new', '--conversation', 'c1'], 'exclude each other'],
  [[url, '--key', ''], '--key is empty'],
  [[url, '--wait', 'long'], '--wait long is not a number from 0 to'],
  [[url, '--wait', '-1'], "'--wait' argument is ambiguous"],
  [[url, '--history', '101'], '--history 101 is not a whole number from 0 to 100'],
  [[url, '--nope'], "Unknown option '--nope'"],
] as const)('%j is refused with the reason', ([args, reason]) => {
  const read = (): unknown => parseChatOptions([...args], {})

  expect(read).toThrow(UsageError)
  expect(read).toThrow(reason)
})

test('a key in the environment that is empty is refused, as a misspelt variable would be', () => {
  expect(() => parseChatOptions([url], { PARLEY_USER_KEY: '' })).toThrow('PARLEY_USER_KEY is empty')
})
