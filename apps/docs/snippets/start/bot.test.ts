import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import bot from './bot.ts'

test('the bot repeats a message', async () => {
  const server = await startTestServer({ bot })
  try {
    const answer = await server.ask('Hello')
    expect(answer.text).toBe('You said: **Hello**')
    expect(server.failedTurns).toEqual([])
  } finally {
    await server.close()
  }
})
