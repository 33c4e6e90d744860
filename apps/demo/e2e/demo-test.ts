import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Page } from '@playwright/test'
import { ChatPage } from './chat-page.ts'
import {
  startDemo,
  startPacedDemo,
  type DemoProcess,
  type PacedDemo,
  type StartOptions,
} from './demo-process.ts'
import { findStablePort } from './find-stable-port.ts'

export { expect } from '@playwright/test'

interface DemoFixtures {
  /** Errors in the console that a test provokes on purpose; any other fails it. */
  expectedErrors: RegExp | undefined
  /** Whether the test ends the server, for another one to come back to its port. */
  isServerRestarted: boolean
  /** What goes with the test. */
  folder: string
  /** A server for each test, with a database of its own. */
  demo: PacedDemo
  /** Starts another one, which ends with the test at the latest. */
  launchDemo: (options?: Partial<StartOptions>) => Promise<DemoProcess>
  /** The page, opened. */
  chat: ChatPage
  /** The page as somebody else has it, on a device of their own. */
  otherChat: ChatPage
}

/** A test with a server, a database and a browser page of its own, whose console must stay clean. */
export const test = base.extend<DemoFixtures>({
  expectedErrors: [undefined, { option: true }],
  isServerRestarted: [false, { option: true }],
  // oxlint-disable-next-line eslint/no-empty-pattern -- Playwright reads from the pattern what is needed
  folder: async ({}, run) => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'))
    await run(folder)
    await rm(folder, { recursive: true, force: true })
  },
  demo: async ({ folder, isServerRestarted }, run) => {
    const port = isServerRestarted ? await findStablePort() : 0
    const demo = await startPacedDemo({ data: join(folder, 'parley.db'), port })
    await run(demo)
    await demo.stop('SIGTERM')
  },
  launchDemo: async ({ folder }, run) => {
    const launched: DemoProcess[] = []
    await run(async (options) => {
      const demo = await startDemo({ data: join(folder, `other-${launched.length}.db`), ...options })
      launched.push(demo)
      return demo
    })
    await Promise.all(launched.map((demo) => demo.stop('SIGTERM')))
  },
  chat: async ({ demo, page, expectedErrors }, run) => {
    await visit(page, { demo, expectedErrors, run })
  },
  otherChat: async ({ browser, demo, expectedErrors }, run) => {
    const context = await browser.newContext({ locale: 'en-GB' })
    await visit(await context.newPage(), { demo, expectedErrors, run })
    await context.close()
  },
})

interface Visit extends Pick<DemoFixtures, 'demo' | 'expectedErrors'> {
  run: (chat: ChatPage) => Promise<void>
}

async function visit(page: Page, { demo, expectedErrors, run }: Visit): Promise<void> {
  const errors = collectErrors(page)
  await page.goto(demo.origin)
  await run(new ChatPage(page, demo.origin))
  // What one of them still waits for ends with the page, and is no failure.
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  base.expect(errors.filter((error) => !expectedErrors?.test(error))).toEqual([])
}

/** What goes wrong on a page, from now on. */
function collectErrors(page: Page): readonly string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  return errors
}
