import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createChat } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { runChat } from './run-chat.ts'
import { createScriptedBot } from './scripted-bot.ts'
import { spawnParley, createTemporaryFolder, type ParleyProcess, type ParleyOptions } from './spawn-parley.ts'

/** Waits that a test has to sit through are short; nothing depends on how short. */
const brief = ['--wait', '0.3']

function chatIn(folder: { path: string }, args: string[], options: ParleyOptions = {}): ParleyProcess {
  return spawnParley(['chat', ...args], { ...options, env: { XDG_STATE_HOME: folder.path, ...options.env } })
}

test("a line from a pipe is sent, and the bot's answer is printed when it is whole", async () => {
  using folder = createTemporaryFolder()
  const { bot, answer } = createScriptedBot()
  await using server = await startTestServer({ bot })

  const chat = chatIn(folder, [server.url, ...brief], { stdin: 'write\n', isStdinOpen: true })
  const writing = await answer()
  writing.write('Once upon')
  await chat.waitForOutput('you: write')
  writing.write(' a time')
  await writing.end()
  await chat.waitForOutput('Echo: Once upon a time')
  chat.end()

  expect(await chat.waitForExit()).toEqual({
    code: 0,
    stdout: 'you: write\nEcho: Once upon a time\n',
    stderr: '',
  })
})

test('running it again goes on with the conversation, and --new begins another', async () => {
  using folder = createTemporaryFolder()
  const { bot } = createScriptedBot()
  await using server = await startTestServer({ bot })

  const say = async (text: string, ...args: string[]) => {
    const chat = chatIn(folder, [server.url, ...args, ...brief], { stdin: `${text}\n`, isStdinOpen: true })
    await chat.waitForOutput(`Echo: You said: ${text}`)
    chat.end()
    return chat.waitForExit()
  }

  await say('one')
  const again = await say('two')
  const anew = await say('three', '--new')
  const afterNew = await chatIn(folder, [server.url, '--history', '1', '--wait', '0']).waitForExit()

  expect(again.stdout).toBe('you: one\nEcho: You said: one\nyou: two\nEcho: You said: two\n')
  expect(anew.stdout).toBe('you: three\nEcho: You said: three\n')
  expect(afterNew.stdout).toBe('Echo: You said: three\n')
  const [file = ''] = readdirSync(join(folder.path, 'parley'))
  expect(statSync(join(folder.path, 'parley', file)).mode & 0o777).toBe(0o600)
})

test('--json prints every signal as a line of JSON, and a bot that is writing is waited for', async () => {
  using folder = createTemporaryFolder()
  const { bot, answer } = createScriptedBot()
  await using server = await startTestServer({ bot })

  const chat = chatIn(folder, [server.url, '--json', ...brief], { stdin: 'write\n', isStdinOpen: true })
  const writing = await answer()
  writing.write('a\u009Bb\u2028c')
  await chat.waitForOutput('message_stream_delta')
  chat.end()
  await writing.end()
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

test('a lost connection is told on stderr, and nothing is lost or sent twice', async () => {
  using folder = createTemporaryFolder()
  const { bot } = createScriptedBot()
  await using server = await startTestServer({ bot })
  const chat = chatIn(folder, [server.url, ...brief], { isStdinOpen: true })

  chat.write('one\n')
  await chat.waitForOutput('Echo: You said: one')
  await server.kill()
  await chat.waitForOutput('Trying again.')
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
  expect(stderr.split('\n').at(-2)).toBe('parley: The connection is back.')
})

test.for(['SIGINT', 'SIGTERM'] as const)('%s ends it, and what was not sent is named', async (signal) => {
  using folder = createTemporaryFolder()
  await using server = await startTestServer()
  const chat = chatIn(folder, [server.url], { isStdinOpen: true })

  chat.write('one\n')
  await chat.waitForOutput('you: one')
  server.freeze()
  chat.write('never\nagain\n')
  await expect.poll(() => server.unreadBytes).toBeGreaterThan(0)
  chat.kill(signal)

  expect(await chat.waitForExit()).toEqual({
    code: 0,
    stdout: 'you: one\n',
    stderr: 'parley: Not known to be sent: never\nparley: Not known to be sent: again\n',
  })
})

test('a message that the server refuses is named, and makes the run a failure', async () => {
  using folder = createTemporaryFolder()
  await using server = await startTestServer()
  server.respond({ status: 400, type: 'InvalidPayload' }, { only: ({ path }) => path === '/messages' })

  const { code, stdout, stderr } = await chatIn(folder, [server.url, ...brief], {
    stdin: 'one\ntwo\n',
  }).waitForExit()

  expect({ code, stdout }).toEqual({ code: 1, stdout: 'you: two\n' })
  expect(stderr).toContain('The message: one')
})

test('a user key from the environment speaks for its user, under the name that is given', async () => {
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

  const nobody = await chatIn(folder, args).waitForExit()
  const env = { PARLEY_USER_KEY: ann ?? '' }
  await chatIn(folder, [...args, '--name', 'Ann'], { env, stdin: 'hello\n' }).waitForExit()
  const other = createChat({ url: server.url }).connect({ userKey: bob ?? '' })
  const refused = await chatIn(folder, args, { env: { PARLEY_USER_KEY: bob ?? '' } }).waitForExit()
  const owner = await createChat({ url: server.url }).connect({ userKey: ann ?? '' })
  await owner.addParticipant({ conversationId: 'c1', userId: (await other).user.id })
  const heard = await runChat(args, { PARLEY_USER_KEY: bob ?? '' })

  expect(nobody).toMatchObject({ code: 1, stdout: '' })
  expect(nobody.stderr).toContain('Give yours by --key or PARLEY_USER_KEY.')
  expect(refused.stderr).toContain("the conversation c1 is someone else's")
  expect(heard).toEqual({ code: 0, stdout: 'Ann: hello\n', stderr: '' })
  expect(readdirSync(folder.path)).toEqual([])
})

test('a conversation that was deleted is not gone on with, and one that is deleted meanwhile ends the chat', async () => {
  using folder = createTemporaryFolder()
  await using server = await startTestServer()
  await chatIn(folder, [server.url, '--wait', '0'], { stdin: 'one\n' }).waitForExit()
  const [file = ''] = readdirSync(join(folder.path, 'parley'))
  const kept = JSON.parse(readFileSync(join(folder.path, 'parley', file), 'utf8')) as {
    key: string
    conversations: Record<string, string>
  }
  const me = await createChat({ url: server.url }).connect({ userKey: kept.key })
  const remove = (id: string | undefined) => me.deleteConversation({ id: id ?? '' })

  await remove(Object.values(kept.conversations)[0])
  const chat = chatIn(folder, [server.url], { stdin: 'two\n', isStdinOpen: true })
  await chat.waitForOutput('you: two')
  await remove((await me.listConversations({})).conversations[0]?.id)
  const { code, stdout, stderr } = await chat.waitForExit()

  expect({ code, stdout }).toEqual({ code: 1, stdout: 'you: two\n' })
  expect(stderr).toMatch(/^parley: Unable to .*\n$/)
})
