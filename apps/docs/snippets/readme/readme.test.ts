import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import bot from '../start/bot.ts'
import { openPage } from '../testing/open-page.ts'
import { runSnippet } from '../testing/run-snippet.ts'

test('the program with a session sends a message before the user is connected, and ends', async () => {
  await using server = await startTestServer({ bot })

  const { stdout, code } = await runSnippet('readme/session.ts', {
    url: server.url,
  })

  expect(stdout).toContain("[ 'sending' ]")
  expect(stdout).toContain('connected')
  expect(code).toBe(0)
})

test('the page with React shows the text of a Markdown answer, and why it cannot connect', async () => {
  await using server = await startTestServer({ bot })
  await using opened = await openPage('readme/react.tsx', server.url)
  const { page } = opened

  await page.getByRole('textbox', { name: 'Message' }).fill('Hello')
  await page.keyboard.press('Enter')
  await page
    .getByRole('listitem')
    .filter({ hasText: /^You said: Hello$/ })
    .waitFor()
  await server.stop()
  await page.reload()

  await expect
    .poll(() => page.getByRole('alert').textContent())
    .toContain('Unable to')
})
