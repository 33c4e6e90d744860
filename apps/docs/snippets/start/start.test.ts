import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { openPage } from '../testing/open-page.ts'
import { runSnippet } from '../testing/run-snippet.ts'
import bot from './bot.ts'

test('the program with core prints the answer of the bot, and ends', async () => {
  await using server = await startTestServer({ bot })

  const { stdout, code } = await runSnippet('start/core.ts', {
    url: server.url,
  })

  expect(stdout).toBe('You said: Hello\n')
  expect(code).toBe(0)
})

test('the program with core prints an error that says what to do', async () => {
  await using server = await startTestServer({ bot })

  const { stderr, code } = await runSnippet('start/core.ts', {
    url: `${server.url}-unknown`,
  })

  expect(stderr).toMatch(/^ResourceNotFound: Unable to .*Check the base URL/)
  expect(code).toBe(1)
})

test('the program with rx prints each state of the messages, and ends', async () => {
  await using server = await startTestServer({ bot })

  const { stdout, code } = await runSnippet('start/rx.ts', { url: server.url })

  expect(stdout).toContain("[ 'sending: Hello' ]")
  expect(stdout).toContain("[ 'sent: Hello', 'sent: You said: Hello' ]")
  expect(code).toBe(0)
})

test('the program with React chats, shows Markdown, and restores the conversation after a reload', async () => {
  await using server = await startTestServer({ bot })
  await using opened = await openPage('start/react.tsx', server.url)
  const { page, errors } = opened

  await page.getByRole('textbox', { name: 'Message' }).fill('Hello')
  await page.getByRole('button', { name: 'Send' }).click()
  const answer = page.getByRole('listitem').filter({ hasText: 'Parrot' })
  await answer.locator('strong', { hasText: 'Hello' }).waitFor()
  await page.reload()
  await answer.locator('strong', { hasText: 'Hello' }).waitFor()

  expect(errors).toEqual([])
})

test('the program with React shows why it cannot connect', async () => {
  await using server = await startTestServer({ bot })
  await using opened = await openPage(
    'start/react.tsx',
    `${server.url}-unknown`,
  )

  const alert = opened.page.getByRole('alert')
  await alert.waitFor()

  expect(await alert.textContent()).toContain('no bot has this webhook id')
})
