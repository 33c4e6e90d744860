import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { runSnippet } from '../../testing/run-snippet.ts'
import bot from '../bot.ts'

test('the program with require prints the answer, and ends', async () => {
  await using server = await startTestServer({ bot })

  const run = await runSnippet('recipes/commonjs/chat.cjs', { url: server.url })

  expect(run).toEqual({ code: 0, stdout: 'Hello\n', stderr: '' })
})
