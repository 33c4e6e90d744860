import { chromium } from 'playwright-core'
import { browserArguments, findChromium } from '../chromium.mjs'

/**
 * Sends "Hello" on a page, and waits for the bot's answer.
 *
 * @throws Error with what the page has logged.
 */
export async function chatInBrowser(url) {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('Unable to find Chromium; install it, or set CHROMIUM_PATH.')
  const browser = await chromium.launch({ executablePath, args: browserArguments() })
  const logged = []
  try {
    const page = await browser.newPage()
    page.on('console', (message) => logged.push(message.text()))
    page.on('pageerror', (error) => logged.push(error.message))
    await page.goto(url)
    const field = page.getByRole('textbox', { name: 'Message' })
    await field.fill('Hello')
    await field.press('Enter')
    await page.getByRole('listitem').filter({ hasText: 'You said: Hello' }).waitFor()
  } catch (cause) {
    throw new Error(`Unable to chat on ${url}; ${cause.message}\n${logged.join('\n')}`, { cause })
  } finally {
    await browser.close()
  }
}
