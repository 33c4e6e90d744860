import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Browser, type Page } from '@playwright/test'
import { ChatPage } from './chat-page.ts'
import { startDemo, type DemoProcess } from './demo-process.ts'

export { expect } from '@playwright/test'

interface DemoFixtures {
  /** Errors in the console that a test provokes on purpose; any other fails it. */
  expectedErrors: RegExp | undefined
  /** How long the bot takes for a word: no longer than a test needs to see it write. */
  wordMs: number
  /** A server for each test, with a database of its own. */
  demo: DemoProcess
  /** The page, opened. */
  chat: ChatPage
  /** The page as somebody else has it, on a device of their own. */
  other: ChatPage
}

/** A test with a server, a database and a browser page of its own, whose console must stay clean. */
export const test = base.extend<DemoFixtures>({
  expectedErrors: [undefined, { option: true }],
  wordMs: [5, { option: true }],
  demo: async ({ wordMs }, run) => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'))
    const demo = await startDemo({ data: join(folder, 'parley.db'), wordMs })
    await run(demo)
    await demo.stop('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  },
  chat: async ({ demo, page, expectedErrors }, run) => {
    const errorsOf = listenTo(page)
    await page.goto(demo.origin)
    await run(new ChatPage(page, demo.origin))
    base.expect(errorsOf(expectedErrors)).toEqual([])
  },
  other: async ({ browser, demo, expectedErrors }, run) => {
    const page = await newPage(browser)
    const errorsOf = listenTo(page)
    await page.goto(demo.origin)
    await run(new ChatPage(page, demo.origin))
    base.expect(errorsOf(expectedErrors)).toEqual([])
    await page.context().close()
  },
})

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB' })
  return context.newPage()
}

function listenTo(page: Page): (expected: RegExp | undefined) => string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  return (expected) => errors.filter((error) => !expected?.test(error))
}
