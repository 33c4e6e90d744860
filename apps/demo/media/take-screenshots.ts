// Takes the screenshots for the READMEs from the built page: two users and the bot, on desktop and phone.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createChat } from '@parley/core'
import { chromium, type Browser, type Page } from '@playwright/test'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import { ChatPage } from '../e2e/chat-page.ts'
import { startDemo } from '../e2e/demo-process.ts'

const folder = await mkdtemp(join(tmpdir(), 'parley-screenshots-'))
const demo = await startDemo({ data: join(folder, 'parley.db') })
const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserArguments() })
try {
  const desktop = { viewport: { width: 1280, height: 800 } }
  const phone = {
    viewport: { width: 390, height: 780 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  }
  await takeScreenshot('desktop-light', await openConversation(browser, { ...desktop, colorScheme: 'light' }))
  await takeScreenshot('phone-light', await openConversation(browser, { ...phone, colorScheme: 'light' }))
  await takeScreenshot('phone-light', await openConversation(browser, { ...phone, colorScheme: 'light' }))
  await takeScreenshot('phone-dark', await openConversation(browser, { ...phone, colorScheme: 'dark' }))
  const inspected = await openConversation(browser, { ...desktop, colorScheme: 'dark' })
  await inspected.getByRole('button', { name: 'Wire inspector' }).click()
  await inspected.getByText('Simulate network faults').waitFor()
  await new ChatPage(inspected, demo.origin).send('Tell me a story')
  await inspected.getByText('which is more than most messages').first().waitFor()
  await takeScreenshot('desktop-dark-inspector', inspected)
} finally {
  await browser.close()
  await demo.stop('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

/** Opens a page on which Ada chats with Grace and the bot. */
async function openConversation(
  browserInstance: Browser,
  options: Parameters<Browser['newContext']>[0],
): Promise<Page> {
  const context = await browserInstance.newContext({ locale: 'en-GB', ...options })
  const page = await context.newPage()
  await page.goto(demo.origin)
  const chat = new ChatPage(page, demo.origin)
  await chat.waitForGreeting()
  const ada = await chat.connectAsUser()
  await ada.updateUser({ name: 'Ada Lovelace' })
  const grace = await createChat({ url: `${demo.origin}/demo` }).connect({ name: 'Grace Hopper' })
  const { conversationId } = await chat.readBrowserState()
  await ada.addParticipant({ conversationId, userId: grace.user.id })
  await page.reload()
  await chat.waitForGreeting()
  await grace.createMessage({
    conversationId,
    payload: { type: 'text', text: 'I found a moth in the relay.' },
  })
  await chat.log.getByText('safely stored').first().waitFor()
  await chat.send('Show a card')
  await chat.log.getByRole('button', { name: 'Book the night' }).waitFor()
  await chat.waitForGreeting()
  return page
}

async function takeScreenshot(name: string, page: Page): Promise<void> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))
  await page.screenshot({ path: fileURLToPath(new URL(`../screenshots/${name}.png`, import.meta.url)) })
}
