import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
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
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
    })
    await page.goto(demo.origin)
    await run(new ChatPage(page, demo.origin))
    base.expect(errors.filter((error) => !expectedErrors?.test(error))).toEqual([])
  },
})
