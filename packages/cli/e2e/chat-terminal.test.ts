import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { openChat } from './open-chat.ts'
import { createScriptedBot } from './scripted-bot.ts'

test('an answer grows in place while it streams, and stays when it is complete', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  stream.write('A long')
  await terminal.shows('Echo: A long▌')
  stream.write(' story')
  await terminal.shows('Echo: A long story▌')
  const rowsWhileStreaming = terminal.rows.slice(1)
  await stream.end()
  await terminal.hides('▌')

  expect(rowsWhileStreaming).toEqual(['you: write', 'Echo: A long story▌', 'Ctrl-C stops the answer', '>'])
  expect(terminal.rows.slice(1)).toEqual(['you: write', 'Echo: A long story', '>'])
  expect(terminal.cursor).toEqual({ row: 3, column: 2 })
  terminal.type('/quit\r')
  expect(await chat.ended).toBe(0)
  expect(terminal.rows.slice(1)).toEqual(['you: write', 'Echo: A long story'])
  expect(terminal.isRaw).toBe(false)
  expect(chat.stderr).toBe('')
})

test('an answer longer than the screen shows its end while it streams, and is printed once when complete', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url], { columns: 30, rows: 6 })
  const { terminal } = chat
  const words = Array.from({ length: 60 }, (_, index) => `w${index} 世界`)

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  for (const [index, word] of words.entries()) {
    stream.write(`${word} `)
    await terminal.shows(`w${index}`)
  }
  await stream.end()
  await terminal.hides('▌')

  const printedAnswer = terminal.allRows.slice(2, -1).join(' ').replaceAll(/ +/g, ' ')
  expect(printedAnswer).toBe(`Echo: ${words.join(' ')}`)
  expect(terminal.allRows.at(-1)).toBe('>')
})

test('a resize while an answer streams redraws it at the new width', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url], { columns: 60, rows: 10 })
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  stream.write('a long answer that has to be wrapped where the terminal is narrow, and not where it is wide')
  await terminal.shows('▌')
  terminal.type('half a li')
  await terminal.shows('> half a li')
  terminal.resize(24, 10)
  await terminal.shows('  where the terminal is\n')
  const narrowRows = terminal.rows
  terminal.resize(80, 10)
  await terminal.shows('Echo: a long answer that has to be wrapped where')
  const wideRows = terminal.rows

  expect(narrowRows).toEqual([
    'you: write',
    'Echo: a long answer that',
    '  has to be wrapped',
    '  where the terminal is',
    '  narrow, and not where',
    '  it is wide▌',
    'Ctrl-C stops the answer',
    '> half a li',
  ])
  expect(wideRows).toEqual([
    'you: write',
    'Echo: a long answer that has to be wrapped where the terminal is narrow, and not',
    '  where it is wide▌',
    'Ctrl-C stops the answer',
    '> half a li',
  ])
})

test('messages of others never control the terminal', async () => {
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

test('a number replies with an option of the newest message', async () => {
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

test('a lost connection and the reconnect are shown, and no message is lost', async () => {
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

test('a rejected message is sent again by /retry and removed by /discard', async () => {
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

test('/older prints earlier messages', async () => {
  await using server = await startTestServer()
  const me = await createChat({ url: server.url }).connect()
  const { conversation } = await me.createConversation()
  for (let number = 1; number <= 8; number++)
    await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text: `m${number}` } })
  const args = [server.url, '--conversation', conversation.id, '--key', me.userKey, '--history', '2']
  await using chat = openChat(args, { rows: 30 })
  const { terminal } = chat

  await terminal.shows('you: m8')
  const initialRows = terminal.rows.slice(1)
  terminal.type('/older\r')
  await terminal.shows('end of earlier messages')
  terminal.type('/nonsense\r')
  await terminal.shows('Unknown command /nonsense')

  expect(initialRows).toEqual(['you: m7', 'you: m8', '>'])
  expect(terminal.rows.slice(3, 7)).toEqual([
    '── earlier messages ──',
    'you: m5',
    'you: m6',
    '── end of earlier messages ──',
  ])
})

test('a deleted message disappears from the screen', async () => {
  await using server = await startTestServer()
  const me = await createChat({ url: server.url }).connect()
  const { conversation } = await me.createConversation()
  const sendText = async (text: string) =>
    (await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text } })).message
  await using chat = openChat([server.url, '--conversation', conversation.id, '--key', me.userKey])
  const { terminal } = chat

  await sendText('one')
  const two = await sendText('two')
  await sendText('three')
  await terminal.shows('you: three')
  await me.deleteMessage({ id: two.id })
  await terminal.hides('you: two')

  expect(terminal.rows).toEqual(['you: one', 'you: three', '>'])
})

test('Ctrl-C stops an answer that streams, then exits', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  stream.write('A long')
  await terminal.shows('Echo: A long▌')
  terminal.type('half a li\u0003')
  await terminal.hides('▌')
  await terminal.hides('Ctrl-C')
  await stream.end()

  expect(terminal.rows.slice(1)).toEqual(['you: write', 'Echo: A long', '  stopped', '> half a li'])
  terminal.type('\u0003')
  expect(await chat.ended).toBe(0)
  expect(terminal.rows.slice(1)).toEqual(['you: write', 'Echo: A long', '  stopped'])
  expect(chat.stderr).toBe('')
})

test('a second Ctrl-C exits while the server does not respond to the stop', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  stream.write('A long')
  await terminal.shows('Echo: A long▌')
  server.freeze()
  terminal.type('\u0003')
  await terminal.shows('stopping… (Ctrl-C: exit)')
  terminal.type('\u0003')

  expect(await chat.ended).toBe(0)
  expect(terminal.rows.slice(1)).toEqual(['you: write'])
  server.resume()
  await stream.end()
})

test('a failed stop is shown, and the chat goes on', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  stream.write('A long')
  await terminal.shows('Echo: A long▌')
  server.respond({ status: 403, type: 'Forbidden' }, { only: ({ path }) => path.endsWith('/stop') })
  terminal.type('\u0003')
  await terminal.shows('Unable to process the request; ')
  stream.write(' story')
  const { payload } = await stream.end()
  await terminal.shows('Echo: A long story\n')
  terminal.type('next\r')
  await terminal.shows('Echo: You said: next')

  expect(payload).toEqual({ type: 'text', text: 'A long story' })
  expect(terminal.rows).not.toContain('  stopped')
})

test('/stop stops the bot, also while nothing streams', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  terminal.type('/stop\r')
  await terminal.shows('The bot has stopped.')
  await stream.abort()
  terminal.type('write\r')
  const secondStream = await nextStream()
  secondStream.write('Once')
  await terminal.shows('Echo: Once▌')
  terminal.type('/stop\r')
  await terminal.shows('  stopped')
  await secondStream.end()

  expect(terminal.rows.slice(1)).toEqual([
    'you: write',
    'The bot has stopped.',
    'you: write',
    'Echo: Once',
    '  stopped',
    '>',
  ])
})

test('Ctrl-C exits while an answer streams on a server that cannot stop it', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  const plainHello = { status: 200, body: 'Hello', contentType: 'text/plain' }
  server.respond(plainHello, { only: ({ path }) => path === '/hello', times: Infinity })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  stream.write('A long')
  await terminal.shows('bot: A long▌')
  const rowsWhileStreaming = terminal.rows.slice(1)
  terminal.type('/stop\r')
  await terminal.shows('the server lacks the capability')
  terminal.type('\u0003')

  expect(await chat.ended).toBe(0)
  expect(rowsWhileStreaming).toEqual(['you: write', 'bot: A long▌', '>'])
  expect(server.requests.filter(({ path }) => path.endsWith('/stop'))).toEqual([])
  await stream.end()
})

test('Ctrl-C exits while an answer streams and the connection is lost', async () => {
  const { bot, nextStream } = createScriptedBot()
  await using server = await startTestServer({ bot })
  await using chat = openChat([server.url])
  const { terminal } = chat

  await chat.isReady()
  terminal.type('write\r')
  const stream = await nextStream()
  stream.write('A long')
  await terminal.shows('Ctrl-C stops the answer')
  const isStream = ({ path }: { path: string }): boolean => path.endsWith('/listen')
  server.drop({ times: Infinity, only: isStream })
  server.cutConnections(isStream)
  await terminal.shows('connection lost')
  const rowsWhileLost = terminal.rows
  terminal.type('\u0003')

  expect(await chat.ended).toBe(0)
  expect(rowsWhileLost).toContain('Echo: A long▌')
  expect(rowsWhileLost.join()).not.toContain('Ctrl-C')
  expect(server.requests.filter(({ path }) => path.endsWith('/stop'))).toEqual([])
  await stream.end()
})

test('Ctrl-C exits, and lists pending messages', async () => {
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
  expect(chat.stderr).toBe('parley: Delivery not confirmed: never arrives\n')
})

test('Ctrl-D exits after messages in flight are delivered', async () => {
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

test('a signal ends the chat, also before it has started', async () => {
  await using server = await startTestServer()
  await using first = openChat([server.url])
  await using second = openChat([server.url])

  first.stop()
  await second.isReady()
  second.stop()

  expect(await Promise.all([first.ended, second.ended])).toEqual([0, 0])
  await expect.poll(() => server.streams).toBe(0)
})

test('a terminal has colors unless NO_COLOR is set', async () => {
  await using server = await startTestServer()
  await using plain = openChat([server.url])
  await using colored = openChat([server.url], { env: { NO_COLOR: '' } })

  for (const { isReady, terminal } of [plain, colored]) {
    await isReady()
    terminal.type('hello\r')
    await terminal.hides('sending…')
    await terminal.shows('you: hello')
  }

  expect(plain.terminal.written).not.toContain('\u001B[36m')
  expect(colored.terminal.written).toContain('\u001B[36myou: ')
})
