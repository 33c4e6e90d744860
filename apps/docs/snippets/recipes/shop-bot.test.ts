import { startTestServer, type TestServer } from '@parley/server/testing'
import { afterEach, expect, test } from 'vitest'
import shopBot, { createShopBot } from './shop-bot.ts'

let server: TestServer
afterEach(() => server.close())

test('the bot asks for the number, and looks up the order', async () => {
  server = await startTestServer({ bot: shopBot })

  const clicked = {
    type: 'text',
    text: 'Where is my order?',
    value: 'order',
  } as const
  const question = await server.ask(clicked)
  const answer = await server.ask('It is 1001')

  expect(question.text).toBe('What is the number of your order?')
  expect(answer.messages[0]?.payload).toEqual({
    type: 'markdown',
    markdown: 'Order 1001 is **on its way**.',
  })
})

test('the bot says so if it cannot look up an order', async () => {
  const bot = createShopBot(() => Promise.reject(new Error('no connection')))
  server = await startTestServer({ bot })

  await expect(server.ask('1001')).rejects.toThrow('the turn failed')

  const [failed] = server.failedTurns
  expect(failed?.error).toMatchObject({ message: 'no connection' })
  expect(failed?.messages[0]?.payload).toMatchObject({
    text: 'I cannot look up orders right now. Please try again later.',
  })
})
