import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { openChat } from './open-chat.ts'
import { createScriptedBot } from './scripted-bot.ts'

test('an answer grows in its place while it is written, and stays when it is whole', async () => {
  const { bot, answer } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const writing = await answer()
  writing.write('Once upon')
  await terminal.shows('Echo: Once upon▌')
  writing.write(' a time')
  await terminal.shows('Echo: Once upon a time▌')
  const whileWritten = terminal.rows.slice(1)
  await writing.end()
  await terminal.hides('▌')

  expect(whileWritten).toEqual(['you: write', 'Echo: Once upon a time▌', '>'])
  expect(terminal.rows.slice(1)).toEqual(['you: write', 'Echo: Once upon a time', '>'])
  expect(terminal.cursor).toEqual({ row: 3, column: 2 })
  terminal.type('/quit\r')
  expect(await chat.ended).toBe(0)
  expect(terminal.rows.slice(1)).toEqual(['you: write', 'Echo: Once upon a time'])
  expect(terminal.isRaw).toBe(false)
  expect(chat.stderr).toBe('')
})

test('an answer longer than the screen shows its end while it is written, and is printed once when it is whole', async () => {
  const { bot, answer } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url], { columns: 30, rows: 6 })
  const { terminal } = chat
  const words = Array.from({ length: 60 }, (_, index) => `w${index} 世界`)

  await chat.isReady()
  terminal.type('write\r')
  const writing = await answer()
  for (const [index, word] of words.entries()) {
    writing.write(`${word} `)
    await terminal.shows(`w${index}`)
  }
  await writing.end()
  await terminal.hides('▌')

  const whole = terminal.allRows.slice(2, -1).join(' ').replaceAll(/ +/g, ' ')
  expect(whole).toBe(`Echo: ${words.join(' ')}`)
  expect(terminal.allRows.at(-1)).toBe('>')
})

test('a resize while an answer is written leaves no trace on the screen', async () => {
  const { bot, answer } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url], { columns: 60, rows: 10 })
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const writing = await answer()
  writing.write('a long answer that has to be wrapped where the terminal is narrow, and not where it is wide')
  await terminal.shows('▌')
  terminal.type('half a li')
  await terminal.shows('> half a li')
  terminal.resize(24, 10)
  await terminal.shows('  where the terminal is\n')
  const narrow = terminal.rows
  terminal.resize(80, 10)
  await terminal.shows('Echo: a long answer that has to be wrapped where')
  const wide = terminal.rows

  expect(narrow).toEqual([
    'you: write',
    'Echo: a long answer that',
    '  has to be wrapped',
    '  where the terminal is',
    '  narrow, and not where',
    '  it is wide▌',
    '> half a li',
  ])
  expect(wide).toEqual([
    'you: write',
    'Echo: a long answer that has to be wrapped where the terminal is narrow, and not',
    '  where it is wide▌',
    '> half a li',
  ])
})

test('what others write never drives the terminal', async () => {
  const text = 'a\u001B[2Jb\u001B]0;title\u0007c\u009B2Jd\u202Ee\rf'
  const { bot } = createScriptedBot({ attack: { type: 'text', text } })
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('attack\r')
  await terminal.shows('Echo: ')

  expect(terminal.rows.slice(1)).toEqual(['you: attack', 'Echo: abcde', '  f', '>'])
})

test('a number answers the newest message by its options', async () => {
  const options = [
    { label: 'Yes, please', value: 'tea' },
    { label: 'No', value: 'none' },
  ]
  const { bot } = createScriptedBot({ ask: { type: 'choice', text: 'Tea?', options } })
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('ask\r')
  await terminal.shows('2. No')
  terminal.type('1\r')
  await terminal.shows('Echo: You said: Yes, please')
  terminal.type('1\r')
  await terminal.shows('Echo: You said: 1')

  expect(terminal.rows.slice(2, 6)).toEqual(['Echo: Tea?', '  1. Yes, please', '  2. No', 'you: Yes, please'])
})

test('it says that the connection is lost, and when it is back, and misses nothing', async () => {
  const { bot } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('one\r')
  await terminal.shows('You said: one')
  await server.kill()
  await terminal.shows('connection lost')
  terminal.type('two\r')
  await terminal.shows('sending…')
  await server.start()
  terminal.type('\r')
  await terminal.shows('You said: two')
  await terminal.hides('connection lost')
  terminal.type('/quit\r')
  await chat.ended

  expect(terminal.rows.slice(1)).toEqual([
    'you: one',
    'Echo: You said: one',
    'you: two',
    'Echo: You said: two',
  ])
})

test('a refused message is sent again or dropped as the user says', async () => {
  const { bot } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat
  const only = ({ path }: { path: string }): boolean => path === '/messages'

  await chat.isReady()
  server.respond({ status: 400, type: 'InvalidPayload' }, { only, times: 2 })
  terminal.type('one\r')
  await terminal.shows('failed: ')
  terminal.type('two\r')
  await terminal.shows('you: two')
  await terminal.hides('sending…')
  terminal.type('/retry\r')
  await terminal.shows('You said: two')
  await terminal.hides('failed: ')
  server.respond({ status: 400, type: 'InvalidPayload' }, { only })
  terminal.type('three\r')
  await terminal.shows('failed: ')
  terminal.type('/discard\r')
  await terminal.hides('three')
  terminal.type('/quit\r')
  await chat.ended

  expect(chat.stderr).toBe('')
})

test('earlier messages come when they are asked for', async () => {
  await using server = await startTestServer()
  const me = await createChat({ url: server.url }).connect()
  const { conversation } = await me.createConversation()
  for (let number = 1; number <= 8; number++)
    await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text: `m${number}` } })
  const args = [server.url, '--conversation', conversation.id, '--key', me.userKey, '--history', '2']
  await using chat = openChat(args, { rows: 30 })
  const { terminal } = chat

  await terminal.shows('you: m8')
  const first = terminal.rows.slice(1)
  terminal.type('/older\r')
  await terminal.shows('end of the earlier messages')
  terminal.type('/nonsense\r')
  await terminal.shows('There is no command /nonsense')

  expect(first).toEqual(['you: m7', 'you: m8', '>'])
  expect(terminal.rows.slice(3, 7)).toEqual([
    '── earlier messages ──',
    'you: m5',
    'you: m6',
    '── end of the earlier messages ──',
  ])
})

test('a deleted message goes from the screen', async () => {
  await using server = await startTestServer()
  const me = await createChat({ url: server.url }).connect()
  const { conversation } = await me.createConversation()
  const say = async (text: string) =>
    (await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text } })).message
  await using chat = openChat([server.url, '--conversation', conversation.id, '--key', me.userKey])
  const { terminal } = chat

  await say('one')
  const two = await say('two')
  await say('three')
  await terminal.shows('you: three')
  await me.deleteMessage({ id: two.id })
  await terminal.hides('you: two')

  expect(terminal.rows).toEqual(['you: one', 'you: three', '>'])
})

test('Ctrl-C leaves, and names what has not been sent', async () => {
  await using server = await startTestServer()
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  await server.kill()
  await terminal.shows('connection lost')
  terminal.type('never arrives\r')
  await terminal.shows('sending…')
  terminal.type('\u0003')

  expect(await chat.ended).toBe(0)
  expect(chat.stderr).toBe('parley: Not known to be sent: never arrives\n')
})

test('Ctrl-D leaves, and what is on its way arrives first', async () => {
  const { bot } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('bye\r\u0004')

  expect(await chat.ended).toBe(0)
  expect(terminal.rows).toContain('you: bye')
  expect(chat.stderr).toBe('')
})

test('a signal ends it, also one that comes before it has begun', async () => {
  await using server = await startTestServer()
  await using early = openChat([server.url])
  await using late = openChat([server.url])

  early.stop()
  await late.isReady()
  late.stop()

  expect(await Promise.all([early.ended, late.ended])).toEqual([0, 0])
  await expect.poll(() => server.streams).toBe(0)
})

test('colours are there for a terminal, and not where NO_COLOR is set', async () => {
  await using server = await startTestServer()
  await using plain = openChat([server.url])
  await using coloured = openChat([server.url], { env: { NO_COLOR: '' } })

  for (const { isReady, terminal } of [plain, coloured]) {
    await isReady()
    terminal.type('hello\r')
    await terminal.hides('sending…')
    await terminal.shows('you: hello')
  }

  expect(plain.terminal.written).not.toContain('\u001B[36m')
  expect(coloured.terminal.written).toContain('\u001B[36myou: ')
})
