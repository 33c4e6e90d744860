import { existsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { createChat } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { spawnParley, createTemporaryFolder } from './spawn-parley.ts'

const echo = `
import { defineBot, type MessageTurn } from '@parley/server'

export default defineBot({
  name: 'Echo',
  onMessage: async ({ message, reply }: MessageTurn) => {
    setTimeout(() => { throw new Error('thrown outside of a turn') }, 0)
    void Promise.reject(new Error('rejected outside of a turn'))
    await reply(message.payload)
  },
})
`

test('serves a TypeScript bot from any folder, prints one line with its address, and exits on SIGTERM', async () => {
  using folder = createTemporaryFolder()
  const bot = folder.write('bot.ts', echo)
  const server = spawnParley(['serve', '--port', '0', '--bot', bot], { cwd: folder.path })

  const line = await server.firstLine()
  const [, url = ''] = /^parley listening on (http:\/\/127\.0\.0\.1:\d+\/demo)$/.exec(line) ?? []
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation({})
  const payload = { type: 'text', text: 'hello' } as const
  const { message } = await me.createMessage({ conversationId: conversation.id, payload })
  for await (const signal of me.listenConversation({ id: conversation.id, after: message.id })) {
    if (signal.type === 'message_created' && signal.data.isBot) break
  }
  await me.getUser()
  server.kill('SIGTERM')
  const { code, stdout, stderr } = await server.waitForExit()

  expect(code).toBe(0)
  expect(stdout).toBe(`${line}\n`)
  const logged = stderr
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as { err?: { message: string } })
  const messages = logged.flatMap(({ err }) => (err ? [err.message] : []))
  expect(messages.toSorted()).toEqual(['rejected outside of a turn', 'thrown outside of a turn'])
  expect(existsSync(join(folder.path, 'parley.db'))).toBe(true)
  expect(statSync(join(folder.path, 'parley.db.keys')).mode & 0o777).toBe(0o600)
})

/** Preloaded into every thread. All threads except the main one fail when the bot sends a message to the channel. */
const failingPreload = `
import { isMainThread } from 'node:worker_threads'
if (!isMainThread) {
  const channel = new BroadcastChannel('parley-test')
  channel.onmessage = () => { throw new Error('out of memory') }
  channel.unref()
}
`
const failingBot = `
export default { onMessage: () => new BroadcastChannel('parley-test').postMessage('fail') }
`

test('ends its streams and exits with code 3 when the writer thread fails', async () => {
  using folder = createTemporaryFolder()
  const bot = folder.write('bot.ts', failingBot)
  const server = spawnParley(['serve', '--port', '0', '--bot', bot], {
    cwd: folder.path,
    nodeArguments: ['--import', folder.write('failing-preload.mjs', failingPreload)],
  })
  const url = (await server.firstLine()).replace('parley listening on ', '')
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation({})
  const listenUrl = `${url}/conversations/${conversation.id}/listen`
  const stream = await fetch(listenUrl, { headers: { 'x-user-key': me.userKey } })

  const payload = { type: 'text', text: 'fail' } as const
  await me.createMessage({ conversationId: conversation.id, payload })
  const received = await stream.text()
  const { code, stderr } = await server.waitForExit()

  expect(code).toBe(3)
  expect(received).toContain('event: ready')
  expect(stderr).toContain('the server has failed permanently')
  expect(stderr).toContain('out of memory')
})

test('the log is readable on a terminal', async () => {
  using folder = createTemporaryFolder()
  const terminal = folder.write('terminal.mjs', 'process.stderr.isTTY = true')
  const server = spawnParley(['serve', '--port', '0', '--data', ':memory:'], {
    cwd: folder.path,
    nodeArguments: ['--import', terminal],
  })
  const line = await server.firstLine()

  server.kill('SIGTERM')

  const { stdout, stderr } = await server.waitForExit()
  expect(stdout).toBe(`${line}\n`)
  expect(stripVTControlCharacters(stderr)).toMatch(/^\d\d:\d\d:\d\d info {2}stopping signal=SIGTERM\n$/)
})

test('keeps serving when nobody reads its log any more, and exits on SIGTERM', async () => {
  using folder = createTemporaryFolder()
  const bot = folder.write('bot.ts', echo)
  const server = spawnParley(['serve', '--port', '0', '--bot', bot], { cwd: folder.path })
  const url = (await server.firstLine()).replace('parley listening on ', '')
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation({})

  server.stopReading()
  for (let count = 0; count < 3; count++) {
    const payload = { type: 'text', text: 'hello' } as const
    const { message } = await me.createMessage({ conversationId: conversation.id, payload })
    for await (const signal of me.listenConversation({ id: conversation.id, after: message.id })) {
      if (signal.type === 'message_created' && signal.data.isBot) break
    }
  }
  server.kill('SIGTERM')

  expect(await server.waitForExit()).toMatchObject({ code: 0 })
})

test('exits on SIGTERM when its parent ends at the same time', async () => {
  using folder = createTemporaryFolder()
  const server = spawnParley(['serve', '--port', '0', '--data', ':memory:'], { cwd: folder.path })
  await server.firstLine()

  server.kill('SIGTERM')
  await server.waitForOutput('stopping')
  server.stopReading()

  expect(await server.waitForExit()).toMatchObject({ code: 0 })
})

test('exits on SIGTERM although the bot left a timer running', async () => {
  using folder = createTemporaryFolder()
  const bot = folder.write('bot.ts', `setInterval(() => {}, 60_000)\n${echo}`)
  const server = spawnParley(['serve', '--port', '0', '--bot', bot], { cwd: folder.path })
  const line = await server.firstLine()

  server.kill('SIGTERM')

  expect(await server.waitForExit()).toMatchObject({ code: 0, stdout: `${line}\n` })
})

test('--cors-origin accepts an origin with a custom scheme', async () => {
  using folder = createTemporaryFolder()
  const args = ['serve', '--port', '0', '--data', ':memory:', '--cors-origin', 'capacitor://localhost/']
  const server = spawnParley(args, { cwd: folder.path })
  const url = (await server.firstLine()).replace('parley listening on ', '')

  const { headers } = await fetch(`${url}/hello`, { headers: { origin: 'capacitor://localhost' } })
  server.kill('SIGTERM')
  await server.waitForExit()

  expect(headers.get('access-control-allow-origin')).toBe('capacitor://localhost')
})

test('--ping-interval sets the time after which a stream is pinged', async () => {
  using folder = createTemporaryFolder()
  const args = ['serve', '--port', '0', '--data', ':memory:', '--ping-interval', '1']
  const server = spawnParley(args, { cwd: folder.path })
  const url = (await server.firstLine()).replace('parley listening on ', '')
  const me = await createChat({ url }).connect()

  const response = await fetch(`${url}/users/me/listen`, { headers: { 'x-user-key': me.userKey } })
  let received = ''
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    received += text
    if (received.includes('data: ping')) break
  }
  server.kill('SIGTERM')

  expect((await server.waitForExit()).code).toBe(0)
  expect(received).toMatch(/^event: ready\n.*\n\nevent: message\ndata: ping\n\n$/)
})

test('the signing secret comes from the environment, and personal mode does not create users', async () => {
  using folder = createTemporaryFolder()
  const args = ['serve', '--port', '0', '--data', ':memory:', '--auth', 'personal', '--webhook-id', 'mine']
  const server = spawnParley(args, {
    cwd: folder.path,
    env: { PARLEY_ENCRYPTION_KEY: 'the secret of a bot under test, for its keys' },
  })
  const url = (await server.firstLine()).replace('parley listening on ', '')

  const userKey = await signUserKey({
    userId: 'ann',
    encryptionKey: 'the secret of a bot under test, for its keys',
  })
  const me = await createChat({ url }).connect({ userKey })
  const creation = createChat({ url }).createUser({})

  expect(url.endsWith('/mine')).toBe(true)
  expect(me.user.id).toBe('ann')
  await expect(creation).rejects.toMatchObject({ type: 'Unauthorized' })
  server.kill('SIGINT')
  expect((await server.waitForExit()).code).toBe(0)
})

test('a port in use is reported in one line that says what to do', async () => {
  using folder = createTemporaryFolder()
  const portHolder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => portHolder.once('listening', resolve))
  const { port } = portHolder.address() as { port: number }

  const { code, stderr } = await spawnParley(['serve', '--port', String(port)], {
    cwd: folder.path,
  }).waitForExit()
  portHolder.close()

  expect(code).toBe(1)
  expect(stderr).toBe(
    `parley: Unable to listen on 127.0.0.1:${port}; the port is already in use. ` +
      'Choose another one with --port, or 0 for a free port.\n',
  )
})

test.for([
  [['serve', '--port', 'abc'], 2, '--port abc is not an integer from 0 to 65535'],
  [['serve', '--nope'], 2, "Unknown option '--nope'"],
  [['serve', '--auth', 'none'], 2, '--auth none is invalid. Use shared or personal'],
  [['serve', '--cors-origin', 'example'], 2, 'is not an origin'],
  [['serve', '--cors-origin', 'mailto:me'], 2, 'is not an origin'],
  [['serve', '--host', ''], 2, '--host is empty'],
  [['serve', '--auth', 'personal'], 2, '--auth personal requires PARLEY_ENCRYPTION_KEY'],
  [['serve', '--data', ':memory:', '--webhook-id', '..'], 1, 'Choose another one.'],
  [['serve', '--ping-interval', '0'], 2, '--ping-interval 0 is not an integer from 1 to 20'],
  [['serve', '--ping-interval', '21'], 2, '--ping-interval 21 is not an integer from 1 to 20'],
  [['serve', '--data', ''], 2, '--data is empty. Set a file, such as ./parley.db'],
  [['serve', '--webhook-id', ' '], 2, '--webhook-id is empty. Set an id, such as demo'],
  [['serve', '--bot', ''], 2, '--bot is empty. Set a module, such as ./bot.ts'],
  [['serve', '--watch'], 2, '--watch requires --bot'],
  [['serve', '--bot', '.'], 1, '. is a folder. Pass a file, such as ./bot.ts'],
  [['serve', '--bot', './missing.ts'], 1, 'the file ./missing.ts does not exist'],
  [
    ['serve', '--data', 'no/such/folder/parley.db'],
    1,
    'Unable to open the database no/such/folder/parley.db',
  ],
  [['serve', '--webhook-id', 'a/b', '--port', '0'], 1, 'its webhook id has characters other than letters'],
  [['dance'], 2, 'dance; it is not a command. Commands: serve, chat'],
  [['chat'], 2, 'the bot address is missing'],
  [['chat', 'localhost:3000/demo'], 2, 'Did you mean http://localhost:3000/demo?'],
  [['chat', 'demo', '--nope'], 2, "Unknown option '--nope'"],
  [
    ['chat', 'http://127.0.0.1:9/demo'],
    1,
    'Unable to chat at http://127.0.0.1:9/demo; the connection failed',
  ],
] as const)('%j is rejected in one line that says why', async ([args, expected, reason]) => {
  using folder = createTemporaryFolder()

  const { code, stdout, stderr } = await spawnParley([...args], { cwd: folder.path }).waitForExit()

  expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  expect(stderr.split('\n')).toHaveLength(2)
  expect(stderr).toContain(reason)
})

test.for([
  ['export default 5', 'its default export must be an object'],
  ['export default { onMessage: 5 }', 'its onMessage must be a function'],
  ['export default { name: "Bot" }', 'it has no handler'],
  ['export default { onMessage() {}, errorMessage: "" }', 'its errorMessage must be a text, or false'],
  ['export default {', 'Unable to load the bot ./bot.ts; bot.ts:1: '],
  [
    '\n\nenum Mood { Good }',
    'bot.ts:3: Node removes types but does not compile TypeScript (enum). Use a constant',
  ],
  [
    'class A { constructor(private x: 1) {} }',
    '(parameter property). Declare the field in the class, and assign it',
  ],
  [
    "import { a } from './other'",
    "bot.ts imports './other', which needs its whole name. Write './other.ts'.",
  ],
  [
    "import { a } from './other.js'",
    "bot.ts imports './other.js', which does not exist. Write './other.ts'.",
  ],
  ["import { a } from './folder'", "which needs its whole name. Write './folder/index.ts'."],
  [
    "import { a } from './missing.ts'",
    "bot.ts imports './missing.ts', which does not exist. Check the path.",
  ],
  ["import a from '@/lib'", 'Node ignores the paths of tsconfig.json. Use a relative path.'],
  ["import a from 'no-such-package'", 'which is not installed. Run: npm install no-such-package'],
  ["import { Turn } from '@parley/server'", 'If it is a type, import it as one: import { type Turn } from'],
  ['\nthrow new Error("no API key")', 'Unable to load the bot ./bot.ts; bot.ts:2: no API key'],
  ['await new Promise(() => {})', 'bot ./bot.ts; its top-level await waits for nothing'],
  ['throw "no API key"', 'Unable to load the bot ./bot.ts; no API key'],
])(
  'a bot module with the source %j is rejected in one line with the reason',
  async ([source = '', reason]) => {
    using folder = createTemporaryFolder()
    folder.write('bot.ts', source)
    folder.write('other.ts', 'export const a = 1')
    folder.write('folder/index.ts', 'export const a = 1')

    const { code, stderr } = await spawnParley(['serve', '--port', '0', '--bot', './bot.ts'], {
      cwd: folder.path,
    }).waitForExit()

    expect(code).toBe(1)
    expect(stderr.split('\n')).toHaveLength(2)
    expect(stderr).toContain(reason)
  },
)

test('a bot that Node loads as CommonJS, as after npm init, is rejected in one line with the remedy', async () => {
  using folder = createTemporaryFolder()
  folder.write('package.json', '{ "type": "commonjs" }')
  for (const name of ['bot.ts', 'bot.js', 'bot.mts'])
    folder.write(
      name,
      "import { defineBot } from '@parley/server'\nexport default defineBot({ onMessage() {} })",
    )
  const serveBot = (name: string) =>
    spawnParley(['serve', '--port', '0', '--data', ':memory:', '--bot', name], { cwd: folder.path })

  const [typescript, javascript] = await Promise.all(
    ['./bot.ts', './bot.js'].map((name) => serveBot(name).waitForExit()),
  )

  const set = '"type" is "commonjs" in package.json. Set "type": "module" there'
  expect(typescript).toEqual({
    code: 1,
    stdout: '',
    stderr: `parley: Unable to load the bot ./bot.ts; bot.ts:1: ${set}, or rename bot.ts to end in .mts.\n`,
  })
  expect(javascript?.stderr).toContain(`${set}, or rename bot.js to end in .mjs.\n`)
  const renamed = serveBot('./bot.mts')
  expect(await renamed.firstLine()).toContain('parley listening on ')
  renamed.kill('SIGTERM')
  await renamed.waitForExit()
})

test('a bot that TypeScript has compiled to CommonJS is served', async () => {
  using folder = createTemporaryFolder()
  const bot = folder.write('bot.cjs', 'exports.__esModule = true; exports.default = { onMessage() {} }')
  const server = spawnParley(['serve', '--port', '0', '--data', ':memory:', '--bot', bot], {
    cwd: folder.path,
  })

  expect(await server.firstLine()).toContain('parley listening on ')
  server.kill('SIGTERM')
  await server.waitForExit()
})

test('prints its version and its help', async () => {
  const [version, help, serve, serveShort, chat, chatShort] = await Promise.all(
    [['--version'], ['--help'], ['serve', '--help'], ['serve', '-h'], ['chat', '--help'], ['chat', '-h']].map(
      (args) => spawnParley(args).waitForExit(),
    ),
  )

  expect(version?.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(help?.stdout).toContain('--webhook-id')
  expect(help?.stdout).toMatch(/^ {2}chat +Chat with a bot$/m)
  expect(serve?.stdout).toContain('--webhook-id')
  expect(serveShort).toEqual(serve)
  expect(chat?.stdout).toContain('--conversation <id>')
  expect(chatShort).toEqual(chat)
})
