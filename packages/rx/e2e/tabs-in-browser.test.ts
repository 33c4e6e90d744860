import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import { getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import type * as parley from './page.ts'
import { servePage, type PageServer } from './serve-page.ts'

type Globals = { parley: typeof parley; opened: parley.OpenPage }

/** Background pages have no frames to wait for. */
const polled = { polling: 50 }
const capabilities = ['user-stream', 'resume']

let browser: Browser
let pages: PageServer

beforeAll(async () => {
  pages = await servePage()
  browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserArguments() })
})

afterAll(async () => {
  await browser.close()
  await pages[Symbol.asyncDispose]()
})

test('ten tabs of one user share one connection, even after the leader closes during a send', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'before')
  const context = await browser.newContext()
  const tabs: Page[] = []
  for (let index = 0; index < 10; index++) tabs.push(await openTab(service.url))
  const [leader, ...others] = tabs

  async function openTab(url: string): Promise<Page> {
    const page = await context.newPage()
    await page.goto(pages.origin)
    await page.waitForFunction(() => 'parley' in window, undefined, polled)
    await page.evaluate(async (serverUrl) => {
      const globals = window as unknown as Globals
      globals.opened = await globals.parley.openInPage(serverUrl)
    }, url)
    await page.waitForFunction(
      () => (window as unknown as Globals).opened.connection?.isSynced,
      undefined,
      polled,
    )
    return page
  }

  await Promise.all(tabs.map((tab, index) => send(tab, `${index}a`, `${index}b`)))
  await untilSettled(tabs, 21)
  expect(service.streamsOpened).toBe(1)

  // Then the leader itself sends its next message.
  await leader?.waitForFunction(hasNoOutboxOpen, undefined, polled)
  service.scriptOutcomes('no_response')
  void leader?.evaluate(say, ['last words']).catch(() => {})
  const sent = (): number => service.requests.filter((request) => request === 'POST /messages').length
  await until(() => sent() === 21)
  await leader?.close()
  const fifth = others[4]
  if (fifth) await send(fifth, 'after')
  service.postMessage('c1', 'bob', 'bye')
  await untilSettled(others, 24)

  const stored = getTexts(service.messages('c1'))
  const said = tabs.flatMap((_, index) => [`${index}a`, `${index}b`])
  expect(stored).toHaveLength(24)
  expect(new Set(stored)).toEqual(new Set(['after', 'before', 'bye', 'last words', ...said]))
  for (const index of tabs.keys())
    expect(stored.indexOf(`${index}a`)).toBeLessThan(stored.indexOf(`${index}b`))
  for (const tab of others) expect(await textsIn(tab)).toEqual(stored)
  expect(service.streamsOpened).toBe(2)
  expect(service.openStreams).toBe(1)
  await context.close()
  await until(() => service.openStreams === 0)
})

/** Runs in a page, like the functions below. */
async function hasNoOutboxOpen(): Promise<boolean> {
  const { held = [], pending = [] } = await navigator.locks.query()
  return [...held, ...pending].every(({ name }) => !name?.includes('outbox'))
}

async function say(texts: string[]): Promise<void> {
  const { conversation } = (window as unknown as Globals).opened
  await Promise.all(texts.map((text) => conversation.send({ type: 'text', text })))
}

function send(tab: Page, ...texts: string[]): Promise<void> {
  return tab.evaluate(say, texts)
}

async function untilSettled(tabs: Page[], count: number): Promise<void> {
  const isSettled = (expected: number): boolean => {
    const { messages } = (window as unknown as Globals).opened
    return messages.length === expected && messages.every(({ status }) => status === 'sent')
  }
  await Promise.all(tabs.map((tab) => tab.waitForFunction(isSettled, count, polled)))
}

function textsIn(tab: Page): Promise<unknown[]> {
  return tab.evaluate(() =>
    (window as unknown as Globals).opened.messages.map(({ payload }) => (payload as { text?: unknown }).text),
  )
}
