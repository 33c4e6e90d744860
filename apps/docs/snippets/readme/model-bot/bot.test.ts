import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import bot from './bot.ts'

test('the bot remembers the conversation', async () => {
  const server = await startTestServer({ bot })
  await server.ask('My name is Ann.')
  expect((await server.ask('What is my name?')).text).toContain('Ann')
  expect(server.failedTurns).toEqual([])
  await server.close()
})
