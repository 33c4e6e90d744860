import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { createDemoBot } from '../server/demo-bot.ts'

const bot = createDemoBot({ wordMs: 0 })

test('the bot recalls what the user has said, oldest first', async () => {
  await using server = await startTestServer({ bot })
  const nothing = await server.ask('What did I say?')
  await server.ask('I like tea')
  await server.ask('I like ships, too')

  const { text } = await server.ask('Polly, what have I said so far?')

  expect(nothing.text).toBe('Nothing yet, I am afraid. But I am listening!')
  expect(text).toBe('You said “What did I say?”, then “I like tea”, then “I like ships, too”.')
  expect(server.failedTurns).toEqual([])
})

test('the bot answers a request for a payload type with its sample', async () => {
  await using server = await startTestServer({ bot })

  const { messages } = await server.ask('show location')

  expect(messages.map(({ payload }) => payload.type)).toEqual(['location'])
  expect(server.failedTurns).toEqual([])
})
