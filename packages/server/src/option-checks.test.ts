import { expect, test } from 'vitest'
import { createServer, type ListenOptions } from './index.ts'

const logger = { info: () => {}, warn: () => {}, error: () => {} }
const create = (options: object) => createServer({ data: ':memory:', logger, bots: { demo: {} }, ...options })

const circular: Record<string, unknown> = {}
circular['self'] = circular

test.each([
  [{ data: '' }, '`data` is "". Use a string that is not empty.'],
  [{ data: 5 }, '`data` is 5. Use a string that is not empty.'],
  [{ bots: undefined }, '`bots` is missing. Set at least one bot.'],
  [{ bots: {} }, '`bots` is {}. Use an object with at least one bot, by its webhook id.'],
  [{ basePath: 'chat/' }, '`basePath` is "chat/". Use a path that starts with a slash, such as /api/chat, '],
  [
    { basePath: '/a/../b' },
    '`basePath` is "/a/../b". Use a path that starts with a slash, such as /api/chat, without . and .. as segments.',
  ],
  [{ basePath: '/.' }, '`basePath` is "/.".'],
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
  [{ hasStartPage: 'no' }, '`hasStartPage` is "no". Use true or false.'],
  [{ replayMaxAgeMs: '1d' }, '`replayMaxAgeMs` is "1d". Use a number of at least 0.'],
  [{ replayMaxCount: -1 }, '`replayMaxCount` is -1. Use a number of at least 0.'],
  [
    { pingIntervalMs: Infinity },
    '`pingIntervalMs` is Infinity. Use a number of milliseconds from 1 to 2147483647.',
  ],
  [{ pingIntervalMs: 0.5 }, '`pingIntervalMs` is 0.5. Use a number of milliseconds from 1 to 2147483647.'],
  [{ maxBufferedBytes: NaN }, '`maxBufferedBytes` is NaN. Use a number of at least 0.'],
  [{ maxStreamsPerUser: 0 }, '`maxStreamsPerUser` is 0. Use a number of at least 1.'],
  [{ stallTimeoutMs: 0 }, '`stallTimeoutMs` is 0. Use a number of at least 1.'],
  [{ turnTimeoutMs: null }, '`turnTimeoutMs` is null. Use a number of at least 1.'],
  [{ maxConcurrentTurns: true }, '`maxConcurrentTurns` is true. Use a number of at least 1.'],
  [{ now: 0 }, '`now` is 0. Use a function.'],
  [{ monotonicNow: 'now' }, '`monotonicNow` is "now". Use a function.'],
  [{ corsOrigin: ['https://a.b'] }, '`corsOrigin` does not exist. Use corsOrigins.'],
  [{ pingInterval: 5 }, '`pingInterval` does not exist. Use pingIntervalMs.'],
  [{ onMessage: () => {} }, '`onMessage` does not exist. Use data, bots, basePath, corsOrigins, '],
  [{ isDurable: false }, '`isDurable` does not exist.'],
])('rejects the server options %j, and names the option', async (options, reason) => {
  await expect(create(options)).rejects.toThrow(`Unable to start the server; the option ${reason}`)
})

class Misspelled {
  onMessages() {}
}

class Wrong {
  get onMessage() {
    return 5
  }
}

test.each([
  [{ bot: 'echo' }, '`bots.demo.bot` is "echo". Use an object.'],
  [{ bot: () => {} }, '`bots.demo.bot` is a function. Use an object.'],
  [{ encryptionKey: 5 }, '`bots.demo.encryptionKey` is a number. Use a string.'],
  [{ auth: 'public' }, '`bots.demo.auth` is "public". Use "shared" or "personal".'],
  [{ encryptionKeys: 'x' }, '`bots.demo.encryptionKeys` does not exist. Use encryptionKey.'],
  [
    { onMessage: () => {} },
    '`bots.demo.onMessage` does not exist. Use bot, encryptionKey, auth, or set bots.demo.bot.onMessage.',
  ],
  [{ bot: { onMessages() {} } }, '`bots.demo.bot.onMessages` does not exist. Use onMessage.'],
  [{ bot: { onmessage() {} } }, '`bots.demo.bot.onmessage` does not exist. Use onMessage.'],
  [{ bot: { model: 'x' } }, '`bots.demo.bot.model` does not exist. Use id, name, pictureUrl, onMessage, '],
  [{ bot: { auth: 'personal' } }, '`bots.demo.bot.auth` does not exist. Use id, '],
  [{ bot: { default: {} } }, '`bots.demo.bot.default` does not exist. Use id, '],
  [{ bot: new Misspelled() }, '`bots.demo.bot.onMessages` does not exist. Use onMessage.'],
  [{ bot: new (class extends Misspelled {})() }, '`bots.demo.bot.onMessages` does not exist. Use onMessage.'],
  [{ bot: new Wrong() }, '`bots.demo.bot.onMessage` is 5. Use a function.'],
  [{ bot: { onMessage: 5 } }, '`bots.demo.bot.onMessage` is 5. Use a function.'],
  [{ bot: { onEvent: null } }, '`bots.demo.bot.onEvent` is null. Use a function.'],
  [{ bot: { onConversation: 'x' } }, '`bots.demo.bot.onConversation` is "x". Use a function.'],
  [{ bot: { onError: true } }, '`bots.demo.bot.onError` is true. Use a function.'],
  [{ bot: { onBusy: 'x' } }, '`bots.demo.bot.onBusy` is "x". Use "queue" or "interrupt".'],
  [
    { bot: { errorMessage: 3 } },
    '`bots.demo.bot.errorMessage` is 3. Use a string that is not empty, or false for none.',
  ],
  [{ bot: { errorMessage: true } }, '`bots.demo.bot.errorMessage` is true. Use a string'],
  [{ bot: { errorMessage: '' } }, '`bots.demo.bot.errorMessage` is "". Use a string'],
  [{ bot: { id: 5 } }, '`bots.demo.bot.id` is 5. Use a string.'],
  [{ bot: { name: 5 } }, '`bots.demo.bot.name` is 5. Use a string.'],
  [{ bot: { name: circular } }, '`bots.demo.bot.name` is an object. Use a string.'],
  [{ bot: { pictureUrl: null } }, '`bots.demo.bot.pictureUrl` is null. Use a string.'],
])('rejects the bot options %j, and names the bot and the option', async (bot, reason) => {
  await expect(create({ bots: { demo: bot } })).rejects.toThrow(
    `Unable to start the bot "demo"; the option ${reason}`,
  )
})

test.each([
  ['a number', 31_415_926, 'a number'],
  ['bytes', Buffer.from('secret bytes'), 'an object'],
])('names the type of an encryptionKey that is %s, never its value', async (_, encryptionKey, type) => {
  await expect(create({ bots: { demo: { encryptionKey } } })).rejects.toThrow(
    `Unable to start the bot "demo"; the option \`bots.demo.encryptionKey\` is ${type}. Use a string.`,
  )
})

test('accepts a bot of a class with its own members, and one with inherited handlers', async () => {
  class Bot {
    _id = 1
    model = 'a'
    named = 'b'
    name = 'Ada'
    onMessage() {
      return this.#answer()
    }
    generate() {}
    #answer() {}
  }
  await using chat = await create({
    bots: { demo: { bot: new Bot() }, other: { bot: Object.create({ onMessage: () => {} }) as object } },
  })

  expect(chat.listenerCount).toBe(0)
})

test('rejects an empty webhook id', async () => {
  await expect(create({ bots: { '': {} } })).rejects.toThrow(
    'Unable to start the bot ""; its webhook id is empty. Choose another one.',
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
