import { expect, test } from 'vitest'
import { createServer, type ListenOptions } from './index.ts'

const logger = { info: () => {}, warn: () => {}, error: () => {} }
const create = (options: object) => createServer({ data: ':memory:', logger, bots: { demo: {} }, ...options })

test.each([
  [{ data: '' }, '`data` is "". Use a string that is not empty.'],
  [{ data: 5 }, '`data` is 5. Use a string that is not empty.'],
  [{ bots: undefined }, '`bots` is missing. Set at least one bot.'],
  [{ bots: {} }, '`bots` is {}. Use an object with at least one bot, by its webhook id.'],
  [{ basePath: 'chat/' }, '`basePath` is "chat/". Use a path that starts with a slash, such as /api/chat.'],
  [{ basePath: '/demo/api' }, '`basePath` starts with the webhook id "demo". Use another path.'],
  [{ corsOrigins: 'https://a.b' }, '`corsOrigins` is "https://a.b". Use an array of origins.'],
  [
    { corsOrigins: ['https://a.b', 'foo'] },
    '`corsOrigins` contains "foo", which is not an origin. Use a scheme and a host, such as https://example.com.',
  ],
  [{ corsOrigins: ['*'] }, '`corsOrigins` contains "*", which is not an origin.'],
  [{ corsOrigins: [5] }, '`corsOrigins` contains 5, which is not an origin.'],
  [{ logger: { info: () => {} } }, '`logger` has no method "warn". Use a logger such as one of pino.'],
  [{ logger: null }, '`logger` has no method "info".'],
  [{ replayMaxAgeMs: '1d' }, '`replayMaxAgeMs` is "1d". Use a number of at least 0.'],
  [{ replayMaxCount: -1 }, '`replayMaxCount` is -1. Use a number of at least 0.'],
  [
    { pingIntervalMs: Infinity },
    '`pingIntervalMs` is Infinity. Use a number of milliseconds from 1 to 2147483647.',
  ],
  [{ maxBufferedBytes: NaN }, '`maxBufferedBytes` is NaN. Use a number of at least 0.'],
  [{ maxStreamsPerUser: 0 }, '`maxStreamsPerUser` is 0. Use a number of at least 1.'],
  [{ stallTimeoutMs: 0 }, '`stallTimeoutMs` is 0. Use a number of at least 1.'],
  [{ turnTimeoutMs: null }, '`turnTimeoutMs` is null. Use a number of at least 1.'],
  [{ maxConcurrentTurns: true }, '`maxConcurrentTurns` is true. Use a number of at least 1.'],
  [{ now: 0 }, '`now` is 0. Use a function.'],
  [{ monotonicNow: 'now' }, '`monotonicNow` is "now". Use a function.'],
  [{ corsOrigin: ['https://a.b'] }, '`corsOrigin` does not exist. Use data, bots, basePath, corsOrigins, '],
  [{ isDurable: false }, '`isDurable` does not exist.'],
])('rejects the server options %j, and names the option', async (options, reason) => {
  await expect(create(options)).rejects.toThrow(`Unable to start the server; the option ${reason}`)
})

test.each([
  [{ bot: 'echo' }, '`bot` is "echo". Use an object.'],
  [{ bot: () => {} }, '`bot` is a function. Use an object.'],
  [{ encryptionKey: 5 }, '`encryptionKey` is 5. Use a string.'],
  [{ auth: 'public' }, '`auth` is "public". Use "shared" or "personal".'],
  [{ onMessage: () => {} }, '`onMessage` does not exist. Use bot, encryptionKey, auth.'],
])('rejects the bot options %j, and names the bot and the option', async (bot, reason) => {
  await expect(create({ bots: { demo: bot } })).rejects.toThrow(
    `Unable to start the bot "demo"; the option ${reason}`,
  )
})

test('rejects a bot without options', async () => {
  await expect(create({ bots: { demo: null } })).rejects.toThrow(
    'Unable to start the bot "demo"; its options are null. Use an object.',
  )
})

test.each([
  [{ port: 70_000 }, '`port` is 70000. Use an integer from 0 to 65535.'],
  [{ port: '3000' }, '`port` is "3000". Use an integer from 0 to 65535.'],
  [{ host: '' }, '`host` is "". Use a string that is not empty.'],
  [{ fallback: 'page' }, '`fallback` is "page". Use a function.'],
  [{ hostname: 'x' }, '`hostname` does not exist. Use port, host, fallback.'],
])('rejects the options %j of listen(), and names the option', async (options, reason) => {
  await using chat = await create({})

  await expect(chat.listen(options as ListenOptions)).rejects.toThrow(
    `Unable to listen; the option ${reason}`,
  )
})

test('accepts options that are undefined, limits of Infinity, and origins of apps, extensions and files', async () => {
  await using chat = await create({
    data: ':memory:',
    basePath: undefined,
    corsOrigins: ['capacitor://localhost', 'chrome-extension://abc', 'null', 'http://localhost:5173/'],
    maxBufferedBytes: Infinity,
    maxStreamsPerUser: Infinity,
    bots: { demo: { encryptionKey: undefined } },
  })

  expect(chat.listenerCount).toBe(0)
})
