import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '@parley/server/testing'
import bot from './bot.ts'

test('the bot repeats what the user says', async (context) => {
  const server = await startTestServer({ bot })
  context.after(() => server.close())

  const answer = await server.ask('Hello')

  assert.equal(answer.text, 'You said: **Hello**')
  assert.deepEqual(server.failedTurns, [])
})
