import { existsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createChat } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { expect, test } from 'vitest'
import { spawnParley, createTemporaryFolder } from './spawn-parley.ts'

const echo = `
import { defineBot, type MessageTurn } from '@parley/server'

export default defineBot({
  name: 'Echo',
  onMessage: async ({ message, reply }: MessageTurn) => {
    setTimeout(() => { throw new Error('thrown out of turn') }, 0)
    void Promise.reject(new Error('rejected out of turn'))
    await reply(message.payload)
  },
})
`

test('serves with a TypeScript bot from anywhere, says where in one line, and ends cleanly on SIGTERM', async () => {
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
  expect(messages.toSorted()).toEqual(['rejected out of turn', 'thrown out of turn'])
  expect(existsSync(join(folder.path, 'parley.db'))).toBe(true)
  expect(statSync(join(folder.path, 'parley.db.keys')).mode & 0o777).toBe(0o600)
})

/** Preloaded into every thread: all but the main thread fail when the bot asks for it. */
const trap = `
import { isMainThread } from 'node:worker_threads'
if (!isMainThread) {
  const channel = new BroadcastChannel('parley-test')
  channel.onmessage = () => { throw new Error('out of memory') }
  channel.unref()
}
`
const saboteur = `
export default { onMessage: () => new BroadcastChannel('parley-test').postMessage('fail') }
`

test('ends its streams and exits with code 3 when the writing thread dies', async () => {
  using folder = createTemporaryFolder()
  const bot = folder.write('bot.ts', saboteur)
  const server = spawnParley(['serve', '--port', '0', '--bot', bot], {
    cwd: folder.path,
    nodeArguments: ['--import', folder.write('trap.mjs', trap)],
  })
  const url = (await server.firstLine()).replace('parley listening on ', '')
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation({})
  const listen = `${url}/conversations/${conversation.id}/listen`
  const stream = await fetch(listen, { headers: { 'x-user-key': me.userKey } })

  const payload = { type: 'text', text: 'fail' } as const
  await me.createMessage({ conversationId: conversation.id, payload })
  const heard = await stream.text()
  const { code, stderr } = await server.waitForExit()

  expect(code).toBe(3)
  expect(heard).toContain('event: ready')
  expect(stderr).toContain('the server has failed; it answers 503 until it is restarted')
  expect(stderr).toContain('out of memory')
})

test('ends on SIGTERM although the bot has left a timer running', async () => {
  using folder = createTemporaryFolder()
  const bot = folder.write('bot.ts', `setInterval(() => {}, 60_000)\n${echo}`)
  const server = spawnParley(['serve', '--port', '0', '--bot', bot], { cwd: folder.path })
  const line = await server.firstLine()

  server.kill('SIGTERM')

  expect(await server.waitForExit()).toMatchObject({ code: 0, stdout: `${line}\n` })
})

test('the page of an app may call from its own scheme', async () => {
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

test('the signing secret comes from the environment, and personal mode makes no users', async () => {
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
  const refused = createChat({ url }).createUser({})

  expect(url.endsWith('/mine')).toBe(true)
  expect(me.user.id).toBe('ann')
  await expect(refused).rejects.toMatchObject({ type: 'Unauthorized' })
  server.kill('SIGINT')
  expect((await server.waitForExit()).code).toBe(0)
})

test('a taken port is one line that says what to do', async () => {
  using folder = createTemporaryFolder()
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }

  const { code, stderr } = await spawnParley(['serve', '--port', String(port)], {
    cwd: folder.path,
  }).waitForExit()
  taken.close()

  expect(code).toBe(1)
  expect(stderr).toBe(
    `parley: Unable to listen on 127.0.0.1:${port}; the port is taken. Choose another with --port, or 0 for a free one.\n`,
  )
})

test.for([
  [['serve', '--port', 'abc'], 2, '--port abc is not a number from 0 to 65535'],
  [['serve', '--nope'], 2, "Unknown option '--nope'"],
  [['serve', '--auth', 'none'], 2, 'neither shared nor personal'],
  [['serve', '--cors-origin', 'example'], 2, 'is not an origin such as'],
  [['serve', '--cors-origin', 'mailto:me'], 2, 'is not an origin such as'],
  [['serve', '--host', ''], 2, '--host is empty'],
  [['serve', '--auth', 'personal'], 2, 'PARLEY_ENCRYPTION_KEY must be set to its secret'],
  [['serve', '--data', ':memory:', '--webhook-id', '..'], 1, 'Choose another.'],
  [['serve', '--ping-interval', '0'], 2, '--ping-interval 0 is not a number of seconds from 1 to 20'],
  [['serve', '--ping-interval', '21'], 2, '--ping-interval 21 is not a number of seconds from 1 to 20'],
  [['serve', '--bot', './missing.ts'], 1, 'there is no file ./missing.ts'],
  [
    ['serve', '--data', 'no/such/folder/parley.db'],
    1,
    'Unable to open the database no/such/folder/parley.db',
  ],
  [['serve', '--webhook-id', 'a/b', '--port', '0'], 1, 'its webhook id may hold letters'],
  [['dance'], 2, 'the commands are: serve, chat'],
  [['chat'], 2, 'say with whom'],
  [['chat', 'localhost:3000/demo'], 2, 'Is http://localhost:3000/demo meant?'],
  [['chat', 'demo', '--nope'], 2, "Unknown option '--nope'"],
  [
    ['chat', 'http://127.0.0.1:9/demo'],
    1,
    'Unable to chat at http://127.0.0.1:9/demo; the connection failed',
  ],
] as const)('%j is refused in one line that says what is wrong', async ([args, expected, reason]) => {
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
  ['export default {', 'Unable to load the bot'],
])('a bot module of %j is refused with the reason', async ([source, reason]) => {
  using folder = createTemporaryFolder()
  const bot = folder.write('bot.ts', source ?? '')

  const { code, stderr } = await spawnParley(['serve', '--port', '0', '--bot', bot], {
    cwd: folder.path,
  }).waitForExit()

  expect(code).toBe(1)
  expect(stderr).toContain(reason)
})

test('says its version and how it is used', async () => {
  const [version, help, serve, serveShort, chat, chatShort] = await Promise.all(
    [['--version'], ['--help'], ['serve', '--help'], ['serve', '-h'], ['chat', '--help'], ['chat', '-h']].map(
      (args) => spawnParley(args).waitForExit(),
    ),
  )

  expect(version?.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(help?.stdout).toContain('--webhook-id')
  expect(help?.stdout).toMatch(/^ {2}chat +Chats with a bot$/m)
  expect(serve?.stdout).toContain('--webhook-id')
  expect(serveShort).toEqual(serve)
  expect(chat?.stdout).toContain('--conversation <id>')
  expect(chatShort).toEqual(chat)
})
