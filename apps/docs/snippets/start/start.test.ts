import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { runSnippet } from '../testing/run-snippet.ts'
import bot from './bot.ts'

test('the program of core prints the answer of the bot', async () => {
  await using server = await startTestServer({ bot })

  const output = await runSnippet('start/core.ts', { url: server.url })

  expect(output).toBe("{ type: 'text', text: 'You said: Hello' }\n")
})
