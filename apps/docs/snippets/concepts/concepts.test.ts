import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { runSnippet } from '../testing/run-snippet.ts'
import storyBot from './story-bot.ts'

test.each([
  ['people.ts', "true { mood: 'good' }\n"],
  ['signals.ts', "connecting\nonline\nevent { type: 'wave' }\nclosed\n"],
  ['resume.ts', 'second\nthird\n'],
  ['send-once.ts', 'true\n'],
])('%s prints what the page says', async (name, output) => {
  await using server = await startTestServer()

  const { stdout, stderr } = await runSnippet(`concepts/${name}`, {
    url: server.url,
  })

  expect(stderr).toBe('')
  expect(stdout).toBe(output)
})

test('stop.ts stores the text so far', async () => {
  await using server = await startTestServer({ bot: storyBot })

  const { stdout } = await runSnippet('concepts/stop.ts', { url: server.url })

  expect(stdout).toBe('Once upon a time, true\n')
})
