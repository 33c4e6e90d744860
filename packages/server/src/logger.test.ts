import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { createLogger, formatLogLine } from './logger.ts'

const format = (fields: object): string => {
  const line = JSON.stringify({
    level: 30,
    time: new Date(2026, 0, 2, 3, 4, 5),
    msg: 'it happened',
    ...fields,
  })
  return stripVTControlCharacters(formatLogLine(line))
}

test.for([
  [{}, '03:04:05 info  it happened\n'],
  [{ level: 40, bot: 'bot_demo' }, '03:04:05 warn  it happened bot=bot_demo\n'],
  [{ signal: 'a b', count: 2, ids: ['x'] }, '03:04:05 info  it happened signal="a b" count=2 ids=["x"]\n'],
  [
    { level: 50, err: { message: 'no', stack: 'Error: no\n    at place' } },
    '03:04:05 error it happened\n  Error: no\n      at place\n',
  ],
  [{ level: 50, err: { message: 'no' } }, '03:04:05 error it happened\n  no\n'],
] as const)('the log record %j is readable on a terminal', ([fields, expected]) => {
  expect(format(fields)).toBe(expected)
})

test('control characters in log records do not reach the terminal', () => {
  const evil = '\u001B[2J\r\u009B2K'
  const line = JSON.stringify({
    level: 50,
    time: '2026-01-02T03:04:05Z',
    msg: evil,
    err: { stack: evil },
    name: evil,
  })

  const text = formatLogLine(line)

  // eslint-disable-next-line no-control-regex -- the test looks for control characters
  expect(text.replaceAll(/\u001B\[\d+m/g, '')).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
})

test('logs what went wrong, but no other properties of an error', () => {
  const lines: string[] = []
  const logger = createLogger({ write: (line) => lines.push(line) })
  const cause = Object.assign(new Error('connection lost'), { code: 'ECONNRESET', body: 'private' })
  const error = Object.assign(new TypeError('The model failed', { cause }), {
    code: 'MODEL',
    request: 'private',
  })

  logger.error({ err: error }, 'a turn failed')
  logger.error({ err: new AggregateError([error], 'All attempts failed') }, 'a turn failed')
  logger.error({ err: 'a string' }, 'a turn failed')

  expect(lines.join('')).not.toContain('private')
  const [first, , last] = lines.map((line) => JSON.parse(line) as { err: { stack: string } })
  expect(first).toMatchObject({
    err: { type: 'TypeError', message: 'The model failed: connection lost', code: 'MODEL' },
  })
  expect(first?.err.stack).toContain('caused by: Error: connection lost')
  expect(last).toMatchObject({ err: { type: 'string', message: 'a string' } })
})
