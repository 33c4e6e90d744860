import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createChat, type ConnectedUser } from '@parley/core'
import { expect, test } from 'vitest'
import { createTemporaryFolder, spawnParley } from './spawn-parley.ts'

const bot = `
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { answer } from './parts/answer.ts'

export default {
  onMessage: async ({ message, reply }) => {
    if (message.payload.text === 'slow') while (!existsSync('released')) await setTimeout(5)
    await reply({ type: 'text', text: answer })
  },
}
`
const answerModule = (text: string) => `export const answer: string = '${text}'`

interface StartOptions {
  file?: string
  files?: Record<string, string>
}

/** Serves the bot with --watch, from a folder in which the test edits it. */
async function start({ file = 'bot.ts', files = { 'bot.ts': bot } }: StartOptions = {}) {
  const folder = createTemporaryFolder()
  for (const [name, text] of Object.entries(files)) folder.write(name, text)
  mkdirSync(join(folder.path, 'links'))
  symlinkSync('../bot.ts', join(folder.path, 'links/bot.ts'))
  folder.write('parts/answer.ts', answerModule('one'))
  const server = spawnParley(['serve', '--port', '0', '--watch', '--bot', file], { cwd: folder.path })
  const url = (await server.firstLine()).replace('parley listening on ', '')
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation({})
  return {
    folder,
    server,
    url,
    me,
    id: conversation.id,
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM')
      await server.waitForExit()
      folder[Symbol.dispose]()
    },
  }
}

const send = (me: ConnectedUser, conversationId: string, text: string) =>
  me.createMessage({ conversationId, payload: { type: 'text', text } })

/** The text of the newest message. */
const newestText = async (me: ConnectedUser, conversationId: string) => {
  const [newest] = (await me.listMessages({ conversationId, limit: 1 })).messages
  return newest?.payload.type === 'text' ? newest.payload.text : undefined
}

test('--watch reloads a bot with what it imports, while streams stay open and running turns finish', async () => {
  await using parley = await start()
  const { folder, server, me, id } = parley
  const listenUrl = `${parley.url}/conversations/${id}/listen`
  const stream = await fetch(listenUrl, { headers: { 'x-user-key': me.userKey } })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  await send(me, id, 'slow')

  folder.write('parts/answer.ts', answerModule('two'))
  await server.waitForOutput('the bot was reloaded')
  const { conversation: other } = await me.createConversation({})
  await send(me, other.id, 'hello')
  await expect.poll(() => newestText(me, other.id)).toBe('two')
  folder.write('released', '')
  await expect.poll(() => newestText(me, id)).toBe('one')
  await send(me, id, 'hello')
  await expect.poll(() => newestText(me, id)).toBe('two')

  let received = ''
  while (!received.includes('"text":"two"')) received += (await reader?.read())?.value ?? ''
  expect(received).toContain('"text":"one"')
  await reader?.cancel()
})

test('with --watch, a broken edit keeps the previous bot, and the next edit is loaded', async () => {
  await using parley = await start()
  const { folder, server, me, id } = parley

  folder.write('bot.ts', bot.replace('onMessage', 'onMessage('))
  await server.waitForOutput('The previous version of the bot keeps running.')
  await send(me, id, 'hello')
  await expect.poll(() => newestText(me, id)).toBe('one')
  folder.write('bot.ts', bot.replaceAll('answer', 'reaction').replace('parts/reaction', 'reaction'))
  await server.waitForOutput("bot.ts imports './reaction.ts', which does not exist.")
  // Editors replace a file by renaming a new one.
  folder.write('parts/new', answerModule('two').replace('answer', 'reaction'))
  renameSync(join(folder.path, 'parts/new'), join(folder.path, 'reaction.ts'))
  await server.waitForOutput('the bot was reloaded')
  await send(me, id, 'hello')

  await expect.poll(() => newestText(me, id)).toBe('two')
})

test('with --watch, a version that never finishes loading is replaced by the next one', async () => {
  await using parley = await start()
  const { folder, server, me, id } = parley
  const reported = "console.error('loading forever')"

  folder.write('bot.ts', `${reported}\nawait new Promise(() => {})\n${bot}`)
  await server.waitForOutput('loading forever')
  folder.write('bot.ts', bot)
  folder.write('parts/answer.ts', answerModule('two'))
  await server.waitForOutput('the bot was reloaded')
  await send(me, id, 'hello')

  await expect.poll(() => newestText(me, id)).toBe('two')
})

test('--watch follows a symbolic link to the bot', async () => {
  await using parley = await start({ file: 'links/bot.ts' })
  const { folder, server, me, id } = parley

  folder.write('parts/answer.ts', answerModule('two'))
  await server.waitForOutput('the bot was reloaded')
  await send(me, id, 'hello')

  await expect.poll(() => newestText(me, id)).toBe('two')
})

test('with --watch, a folder that is deleted and created again is still watched', async () => {
  const files = { 'src/bot.ts': bot.replace('./parts', '../parts') }
  await using parley = await start({ file: 'src/bot.ts', files })
  const { folder, server, me, id } = parley

  rmSync(join(folder.path, 'parts'), { recursive: true })
  await server.waitForOutput('The previous version of the bot keeps running.')
  folder.write('parts/answer.ts', answerModule('two'))
  await server.waitForOutput('the bot was reloaded')
  folder.write('parts/answer.ts', answerModule('three'))

  const ask = async (): Promise<string | undefined> => {
    await send(me, id, 'hello')
    return newestText(me, id)
  }
  await expect.poll(ask).toBe('three')
})

test('--watch reloads what modules of CommonJS require', async () => {
  const answer = (text: string) => `exports.answer = '${text}'`
  const cjs = `
    const { answer } = require('./answer.cjs')
    module.exports = { onMessage: ({ reply }) => reply({ type: 'text', text: answer }) }
  `
  await using parley = await start({
    file: 'bot.cjs',
    files: { 'bot.cjs': cjs, 'answer.cjs': answer('one') },
  })
  const { folder, server, me, id } = parley

  folder.write('answer.cjs', answer('two'))
  await server.waitForOutput('the bot was reloaded')
  await send(me, id, 'hello')

  await expect.poll(() => newestText(me, id)).toBe('two')
})
