import { createServer } from '@parley/server'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { openPage } from '../../testing/open-page.ts'
import bot from '../bot.ts'
import Page from './page.tsx'

// The tests of @parley/server call the route handler, and build and start an app of Next.js with it.
test('the page renders on a server, and chats through chat.fetch at its own origin', async () => {
  await using chat = await createServer({
    data: ':memory:',
    basePath: '/api/chat',
    bots: { demo: { bot } },
  })
  await using opened = await openPage('recipes/next/browser.tsx', '', {
    backend: chat.fetch,
  })
  const { page, errors } = opened

  const html = renderToString(createElement(Page))
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello')
  await page.getByRole('button', { name: 'Send' }).click()
  const hello = page.getByRole('listitem').filter({ hasText: 'Hello' })
  await hello.nth(1).waitFor()

  expect(html).toContain('<textarea aria-label="Message"')
  expect(errors).toEqual([])
})
