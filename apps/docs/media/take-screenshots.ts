// Takes the pictures of the payloads from the built page of the demo: `pnpm screenshots`, after `pnpm build` there.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createServer, defineBot, type Turn } from '@parley/server'
import { chromium } from '@playwright/test'
import sirv from 'sirv'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import { payloadTypes, readPayload } from '../snippets/payloads/read-payload.ts'

const pictures = fileURLToPath(new URL('../public/payloads', import.meta.url))
const page = sirv(fileURLToPath(new URL('../../demo/dist', import.meta.url)), { brotli: true, gzip: true })

const margin = 8

const bot = defineBot({
  name: 'Polly',
  async onConversation({ reply }: Turn) {
    // The page serves the media files itself.
    for (const type of payloadTypes) await reply(readPayload(type, (url) => new URL(url).pathname))
  },
})

mkdirSync(pictures, { recursive: true })
const chat = await createServer({ data: ':memory:', bots: { demo: { bot } } })
const { origin } = await chat.listen({
  port: 0,
  fallback: (request, response) => {
    page(request, response, () => {
      response.writeHead(404).end()
    })
  },
})
const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserArguments() })
for (const colorScheme of ['light', 'dark'] as const) {
  const tab = await browser.newPage({
    colorScheme,
    deviceScaleFactor: 2,
    viewport: { width: 520, height: 4400 },
  })
  await tab.goto(origin)
  const messages = tab.getByRole('log').getByRole('article')
  await messages.nth(payloadTypes.length - 1).waitFor()
  // Separates the messages.
  await tab.addStyleTag({ content: 'article { padding-block: 1rem !important }' })
  await tab.evaluate(() => Promise.all([...document.images].map((image) => image.decode())))
  // Chromium shows an animation until it has the first frame of the video, and has no event for its end.
  await tab.waitForTimeout(2_000)
  for (const [index, type] of payloadTypes.entries()) {
    const bubble = messages.nth(index).locator('> div:last-child > div > div').first()
    const { x = 0, y = 0, width = 0, height = 0 } = (await bubble.boundingBox()) ?? {}
    const clip = { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin }
    await tab.screenshot({ path: `${pictures}/${type}-${colorScheme}.png`, clip })
  }
}
await browser.close()
await chat.close()
