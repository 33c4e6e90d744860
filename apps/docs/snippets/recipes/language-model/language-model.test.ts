import { createChat } from '@parley/core'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Model, startModel } from './start-model.ts'

const sorry = 'Sorry, something went wrong. Please try again.'
let model: Model
let server: TestServer

beforeEach(async () => {
  model = await startModel()
})

afterEach(async () => {
  await server.close()
  await model.close()
  vi.unstubAllEnvs()
})

const bots = {
  'short-bot': () => import('./short-bot.ts'),
  'ai-sdk-bot': () => import('./ai-sdk-bot.ts'),
  'fetch-bot': () => import('./fetch-bot.ts'),
}

async function start(
  file: keyof typeof bots,
  env: Record<string, string> = {},
): Promise<void> {
  for (const [name, value] of Object.entries({ MODEL_URL: model.url, ...env }))
    vi.stubEnv(name, value)
  vi.resetModules()
  const { default: bot } = await bots[file]()
  server = await startTestServer({ bot })
}

describe.each(['ai-sdk-bot', 'fetch-bot'] as const)('%s', (file) => {
  test('streams answers, and sends the model the conversation without failures', async () => {
    await start(file)
    expect((await server.ask('Hello')).text).toMatch(/^You said Hello \(\d\)$/)
    await server.ask('fail with 500').catch(() => {})
    await server.ask('again')

    const request = model.requests.at(-1)
    expect(request?.messages.filter(({ role }) => role !== 'system')).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: expect.stringMatching(/^You said Hello/) },
      { role: 'user', content: 'fail with 500' },
      { role: 'user', content: 'again' },
    ])
  })

  test.each(['fail with 401', 'fail with 500', 'break', 'error'])(
    'tells the user that the model has failed: %s',
    async (question) => {
      await start(file)
      await expect(server.ask(question)).rejects.toThrow('failed')

      expect(server.failedTurns).toHaveLength(1)
      expect(server.failedTurns[0]?.messages).toMatchObject([
        { payload: { type: 'text', text: sorry }, metadata: { failed: true } },
      ])
    },
  )

  test.each(['be silent', 'stall'])(
    'ends an answer that does not go on: %s',
    async (question) => {
      await start(file, { MODEL_TIMEOUT_MS: '200' })
      await expect(server.ask(question)).rejects.toThrow('failed')

      await model.canceled
      expect(server.failedTurns[0]?.messages).toMatchObject([
        { payload: { text: sorry } },
      ])
    },
  )

  test('ends the request to the model when the user stops the answer, and keeps the text so far', async () => {
    await start(file)
    const me = await createChat({ url: server.url }).connect()
    const { conversation } = await me.createConversation()
    const { message } = await me.createMessage({
      conversationId: conversation.id,
      payload: { type: 'text', text: 'stall' },
    })
    for await (const signal of me.listenConversation({
      id: conversation.id,
      after: message.id,
    })) {
      if (signal.type === 'message_stream_delta')
        await me.stop({ conversationId: conversation.id })
      if (signal.type !== 'message_created' || !signal.data.isBot) continue
      expect(signal.data).toMatchObject({
        payload: { type: 'markdown', markdown: 'You said ' },
        metadata: { stopped: true },
      })
      break
    }
    await model.canceled
  })
})

test('the bot with the AI SDK answers with the result of a tool', async () => {
  await start('ai-sdk-bot')
  const { text } = await server.ask('weather')
  expect(text).toContain('"city":"Graz","sky":"clear","celsius":21')
})

test('the bot with the AI SDK explains that the model is busy', async () => {
  await start('ai-sdk-bot')
  await expect(server.ask('fail with 429')).rejects.toThrow('failed')
  expect(server.failedTurns[0]?.messages).toMatchObject([
    {
      payload: {
        text: 'Many people are asking at the moment. Please try again soon.',
      },
    },
  ])
})

test('the bot of the README streams answers, and reports failures', async () => {
  await start('short-bot')
  expect((await server.ask('Hello')).text).toBe('You said Hello (1)')
  await expect(server.ask('error')).rejects.toThrow('Overloaded')
})
