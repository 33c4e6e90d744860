import { fileURLToPath } from 'node:url'
import { defineBot } from '@parley/server'
import { startTestServer } from '@parley/server/testing'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import type { BurstPage } from './burst-page/main.tsx'
import { quietLogger } from './quiet-logger.ts'
import { serveWithVite } from './serve-with-vite.ts'
import { startConversation } from './start-conversation.ts'

type Globals = { burst: BurstPage }

const deltaCount = 5_000

test('5,000 deltas in a list of 1,000 messages rerender only the streaming row, at most once per frame', async () => {
  const bot = defineBot({
    async onMessage({ message, stream }) {
      if (message.payload.type !== 'text' || message.payload.text !== 'go') return
      const messageStream = stream()
      for (let index = 0; index < deltaCount; index++) {
        messageStream.write('.')
        // Like a model: spread over several frames, with many deltas in each.
        if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      await messageStream.end()
    },
  })
  await using server = await startTestServer({ bot, logger: quietLogger() })
  const { me, id, sendText } = await startConversation(server)
  for (let index = 0; index < 1_000; index += 50)
    await Promise.all(Array.from({ length: 50 }, (_, offset) => sendText(`message ${index + offset}`)))
  await using vite = await serveWithVite(fileURLToPath(new URL('burst-page', import.meta.url)), {
    conditions: ['parley-src'],
  })
  await using browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: browserArguments(),
  })
  const page = await browser.newPage()
  const query = new URLSearchParams({ url: server.url, userKey: me.userKey, id })
  await page.goto(`${vite.url}?${query.toString()}`)
  await page.waitForFunction(() => (window as unknown as Globals).burst?.messages.length > 0)
  await page.evaluate(async () => {
    const { burst } = window as unknown as Globals
    while (burst.messages.length < 1_000) {
      await burst.loadOlder()
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  })
  await page.waitForFunction(() => document.querySelectorAll('p').length === 1_000)

  await page.evaluate(() => (window as unknown as Globals).burst.resetCounts())
  await sendText('go')
  await page.waitForFunction(() => {
    const last = (window as unknown as Globals).burst.messages.at(-1)
    return last?.status === 'sent' && document.querySelectorAll('p').length === 1_002
  })
  const { counts, keys, text } = await page.evaluate(() => {
    const { burst } = window as unknown as Globals
    const paragraphs = document.querySelectorAll('p')
    return {
      counts: burst.counts,
      keys: burst.messages.slice(-2).map(({ key }) => key),
      text: paragraphs[paragraphs.length - 1]?.textContent,
    }
  })

  const [question = '', answer = ''] = keys
  expect(text).toBe('.'.repeat(deltaCount))
  expect(Object.keys(counts.rows).sort()).toEqual([question, answer].sort())
  expect(counts.rows[question]).toBe(1)
  // At least once: a page that is too busy to draw renders all deltas in one frame.
  expect(counts.rows[answer]).toBeGreaterThanOrEqual(1)
  expect(counts.maxCommitsPerFrame).toBe(1)
  expect(counts.commits).toBeLessThanOrEqual(counts.frames)
}, 90_000)
