import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { openPage } from '../../testing/open-page.ts'
import { startProgram } from '../../testing/start-program.ts'
import shopBot from '../shop-bot.ts'
import { createBackend } from './backend.ts'

const encryptionKey = 'a secret of at least 32 random bytes'
const cookieSecret = 'the secret of the sessions'
const hourMs = 3_600_000

test('a page chats with keys of its backend, and gets a new one when a key has expired', async () => {
  let passedMs = 0
  let keyCount = 0
  const now = () => Date.now() + passedMs
  await using server = await startTestServer({
    bot: shopBot,
    encryptionKey,
    auth: 'personal',
    now,
  })
  const backend = createBackend({ encryptionKey, cookieSecret, now })
  await using opened = await openPage('recipes/keys/page.tsx', server.url, {
    backend: async (request) => {
      const response = await backend.fetch(request)
      if (response.ok && request.url.endsWith('/chat-key')) keyCount++
      return response
    },
  })
  const { page } = opened
  const say = async (text: string) => {
    await page.getByRole('textbox', { name: 'Message' }).fill(text)
    await page.keyboard.press('Enter')
  }
  const answer = (text: string) => page.getByText(text, { exact: true })
  const login = () =>
    fetch('/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: 'ada' }),
    }).then(({ status }) => status)

  await page.getByRole('alert').waitFor()
  const before = await page.getByRole('alert').textContent()
  await page.evaluate(login)
  await page.reload()
  await page.getByRole('heading', { name: 'Chat of ada' }).waitFor()
  await say('1001')
  await answer('Order 1001 is on its way.').waitFor()
  passedMs = hourMs + 1_000
  await say('1002')
  await answer('Order 1002 is being packed.').waitFor()

  expect(before).toContain('userKey() threw an error')
  expect(keyCount).toBe(2)
})

test('the backend signs no key without a session', async () => {
  await using program = await startProgram('recipes/keys/main.ts', {
    env: { PARLEY_ENCRYPTION_KEY: encryptionKey, COOKIE_SECRET: cookieSecret },
  })

  const response = await fetch(`${program.line}/chat-key`, { method: 'POST' })

  expect(response.status).toBe(401)
})
