import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createChat } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { runChat } from './run-chat.ts'
import { createScriptedBot } from './scripted-bot.ts'
import { spawnParley, createTemporaryFolder, type ParleyProcess, type ParleyOptions } from './spawn-parley.ts'

/** A short idle time keeps the tests fast. They do not depend on its length. */
const shortWait = ['--wait', '0.3']

function startChat(folder: { path: string }, args: string[], options: ParleyOptions = {}): ParleyProcess {
  return spawnParley(['chat', ...args], { ...options, env: { XDG_STATE_HOME: folder.path, ...options.env } })
}

test("a line from a pipe is sent, and the bot's answer is printed when it is complete", async () => {
  using folder = createTemporaryFolder()
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })

  const chat = startChat(folder, [server.url, ...shortWait], { stdin: 'write\n', isStdinOpen: true })
  const stream = await nextStream()
  stream.write('A long')
  await chat.waitForOutput('you: write')
  stream.write(' story')
  await stream.end()
  await chat.waitForOutput('Echo: A long story')
  chat.end()

  expect(await chat.waitForExit()).toEqual({
    code: 0,
    stdout: 'you: write\nEcho: A long story\n',
    stderr: '',
  })
})

test('the next run continues the conversation, and --new starts another one', async () => {
  using folder = createTemporaryFolder()
  const { bot } = createScriptedBot()
  await using server = await startTestServer({ bot })

  const runWith = async (text: string, ...args: string[]) => {
    const chat = startChat(folder, [server.url, ...args, ...shortWait], {
      stdin: `${text}\n`,
      isStdinOpen: true,
    })
    await chat.waitForOutput(`Echo: You said: ${text}`)
    chat.end()
    return chat.waitForExit()
  }

  await runWith('one')
  const secondRun = await runWith('two')
  const newRun = await runWith('three', '--new')
  const afterNew = await startChat(folder, [server.url, '--history', '1', '--wait', '0']).waitForExit()

  expect(secondRun.stdout).toBe('you: one\nEcho: You said: one\nyou: two\nEcho: You said: two\n')
  expect(newRun.stdout).toBe('you: three\nEcho: You said: three\n')
  expect(afterNew.stdout).toBe('Echo: You said: three\n')
  const [file = ''] = readdirSync(join(folder.path, 'parley'))
  expect(statSync(join(folder.path, 'parley', file)).mode & 0o777).toBe(0o600)
})

test('--json prints every signal as a line of JSON, and the command waits for a streaming bot', async () => {
  using folder = createTemporaryFolder()
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })

  const chat = startChat(folder, [server.url, '--json', ...shortWait], {
    stdin: 'write\n',
    isStdinOpen: true,
  })
  const stream = await nextStream()
  stream.write('a\u009Bb\u2028c')
  await chat.waitForOutput('message_stream_delta')
  chat.end()
  await stream.end()
  const { code, stdout } = await chat.waitForExit()

  const signals = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; data: { payload?: unknown } })
  expect(code).toBe(0)
  expect(signals.map(({ type }) => type)).toEqual([
    'message_created',
    'message_stream_delta',
    'message_stream_complete',
    'message_created',
  ])
  expect(signals.at(-1)?.data.payload).toEqual({ type: 'text', text: 'a\u009Bb\u2028c' })
  expect(stdout).not.toMatch(/[\u007F-\u009F\u2028]/)
})

test('a lost connection is reported on stderr, and no message is lost or sent twice', async () => {
  using folder = createTemporaryFolder()
  const { bot } = createScriptedBot()
  await using server = await startTestServer({ bot })
  const chat = startChat(folder, [server.url, ...shortWait], { isStdinOpen: true })

  chat.write('one\n')
  await chat.waitForOutput('Echo: You said: one')
  await server.kill()
  await chat.waitForOutput('Reconnecting.')
  chat.write('two\nthree\n')
  await server.start()
  await chat.waitForOutput('Echo: You said: three')
  chat.end()
  const { code, stdout, stderr } = await chat.waitForExit()

  expect(code).toBe(0)
  expect(stdout.split('\n').filter((line) => line.startsWith('you: '))).toEqual([
    'you: one',
    'you: two',
    'you: three',
  ])
  expect(stdout.match(/Echo: /g)).toHaveLength(3)
  expect(stderr.split('\n').at(-2)).toBe('parley: Reconnected.')
})

test.for(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the chat, and pending messages are listed',
  async (signal) => {
    using folder = createTemporaryFolder()
    await using server = await startTestServer()
    const chat = startChat(folder, [server.url], { isStdinOpen: true })

    chat.write('one\n')
    await chat.waitForOutput('you: one')
    server.freeze()
    chat.write('never\nagain\n')
    await expect.poll(() => server.unreadBytes).toBeGreaterThan(0)
    chat.kill(signal)

    expect(await chat.waitForExit()).toEqual({
      code: 0,
      stdout: 'you: one\n',
      stderr: 'parley: Delivery not confirmed: never\nparley: Delivery not confirmed: again\n',
    })
  },
)

test('a message that the server rejects is listed, and the exit code is 1', async () => {
  using folder = createTemporaryFolder()
  await using server = await startTestServer()
  server.respond({ status: 400, type: 'InvalidPayload' }, { only: ({ path }) => path === '/messages' })

  const { code, stdout, stderr } = await startChat(folder, [server.url, ...shortWait], {
    stdin: 'one\ntwo\n',
  }).waitForExit()

  expect({ code, stdout }).toEqual({ code: 1, stdout: 'you: two\n' })
  expect(stderr).toContain('Message: one')
})

test('a user key from the environment authenticates its user, and --name sets the name', async () => {
  using folder = createTemporaryFolder()
  await using server = await startTestServer({
    auth: 'personal',
    encryptionKey: 'the secret of a bot under test, for its keys',
  })
  const [ann, bob] = await Promise.all(
    ['ann', 'bob'].map((userId) =>
      signUserKey({ userId, encryptionKey: 'the secret of a bot under test, for its keys' }),
    ),
  )
  const args = [server.url, '--conversation', 'c1', '--wait', '0']

  const withoutKey = await startChat(folder, args).waitForExit()
  const env = { PARLEY_USER_KEY: ann ?? '' }
  await startChat(folder, [...args, '--name', 'Ann'], { env, stdin: 'hello\n' }).waitForExit()
  const bobConnection = createChat({ url: server.url }).connect({ userKey: bob ?? '' })
  const rejected = await startChat(folder, args, { env: { PARLEY_USER_KEY: bob ?? '' } }).waitForExit()
  const owner = await createChat({ url: server.url }).connect({ userKey: ann ?? '' })
  await owner.addParticipant({ conversationId: 'c1', userId: (await bobConnection).user.id })
  const printed = await runChat(args, { PARLEY_USER_KEY: bob ?? '' })

  expect(withoutKey).toMatchObject({ code: 1, stdout: '' })
  expect(withoutKey.stderr).toContain('Pass it with --key or PARLEY_USER_KEY.')
  expect(rejected.stderr).toContain('you are not a participant in the conversation c1')
  expect(printed).toEqual({ code: 0, stdout: 'Ann: hello\n', stderr: '' })
  expect(readdirSync(folder.path)).toEqual([])
})

test('a deleted conversation is not continued, and deleting the current one ends the chat', async () => {
  using folder = createTemporaryFolder()
  await using server = await startTestServer()
  await startChat(folder, [server.url, '--wait', '0'], { stdin: 'one\n' }).waitForExit()
  const [file = ''] = readdirSync(join(folder.path, 'parley'))
  const saved = JSON.parse(readFileSync(join(folder.path, 'parley', file), 'utf8')) as {
    key: string
    conversations: Record<string, string>
  }
  const me = await createChat({ url: server.url }).connect({ userKey: saved.key })
  const remove = (id: string | undefined) => me.deleteConversation({ id: id ?? '' })

  await remove(Object.values(saved.conversations)[0])
  const chat = startChat(folder, [server.url], { stdin: 'two\n', isStdinOpen: true })
  await chat.waitForOutput('you: two')
  await remove((await me.listConversations({})).conversations[0]?.id)
  const { code, stdout, stderr } = await chat.waitForExit()

  expect({ code, stdout }).toEqual({ code: 1, stdout: 'you: two\n' })
  expect(stderr).toMatch(/^parley: Unable to .*\n$/)
})
