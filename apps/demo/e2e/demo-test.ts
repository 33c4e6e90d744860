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
import { findReusablePort } from './find-stable-port.ts'

export { expect } from '@playwright/test'

interface DemoFixtures {
  /** Console errors that the test causes on purpose. Any other console error fails the test. */
  expectedErrors: RegExp | undefined
  /** Whether the test stops the server and starts another one on the same port. */
  isServerRestarted: boolean
  /** A temporary folder, deleted after the test. */
  folder: string
  /** The server of this test, with an empty database. */
  demo: PacedDemo
  /** Starts another server. It stops at the end of the test. */
  launchDemo: (options?: Partial<StartOptions>) => Promise<DemoProcess>
  /** The page, open in the default browser context. */
  chat: ChatPage
  /** The page, open in another browser context as another user. */
  otherChat: ChatPage
}

/** A test with its own server, database and browser page. It fails if the page logs unexpected errors. */
export const test = base.extend<DemoFixtures>({
  expectedErrors: [undefined, { option: true }],
  isServerRestarted: [false, { option: true }],
  // oxlint-disable-next-line eslint/no-empty-pattern -- Playwright reads the required fixtures from the pattern
  folder: async ({}, run) => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'))
    await run(folder)
    await rm(folder, { recursive: true, force: true })
  },
  demo: async ({ folder, isServerRestarted }, run) => {
    const port = isServerRestarted ? await findReusablePort() : 0
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

interface VisitOptions extends Pick<DemoFixtures, 'demo' | 'expectedErrors'> {
  run: (chat: ChatPage) => Promise<void>
}

async function visit(page: Page, { demo, expectedErrors, run }: VisitOptions): Promise<void> {
  const errors = collectErrors(page)
  await page.goto(demo.origin)
  await run(new ChatPage(page, demo.origin))
  // A pending route handler ends with the page; that is not a failure.
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  base.expect(errors.filter((error) => !expectedErrors?.test(error))).toEqual([])
}

/** Records errors and warnings of a page from now on. */
function collectErrors(page: Page): readonly string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  return errors
}
