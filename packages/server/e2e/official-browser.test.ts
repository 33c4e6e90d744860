import { operations } from '@parley/core/contract'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import { streamedDeltas, streamCommand } from './official/echo-bot.ts'
import {
  callEveryOperationInPage,
  collectErrors,
  sendOneByOne,
  listenUntilDeleted,
  sendThenListen,
} from './official/page-functions.ts'
import { startPageServer, type PageServer } from './official/page-server.ts'
import { startEchoServer } from './official/start-echo-server.ts'
import { createFrozenClock } from './support/frozen-clock.ts'

interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** Errors in the console of the page, and uncaught exceptions. */
  readonly errors: readonly string[]
}

let browser: Browser
let pages: PageServer

beforeAll(async () => {
  pages = await startPageServer()
  browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserArguments() })
}, 60_000)

afterAll(async () => {
  await browser.close()
  await pages[Symbol.asyncDispose]()
})

async function openPage(options: { cookie?: string } = {}): Promise<OpenPage> {
  const { cookie } = options
  const cookies = cookie === undefined ? [] : [{ url: pages.origin, name: 'XSRF-TOKEN', value: cookie }]
  const context = await browser.newContext()
  await context.addCookies(cookies)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(pages.origin)
  await page.waitForFunction(() => 'chat' in window)
  return { page, errors, [Symbol.asyncDispose]: async () => context.close() }
}

test.each([
  ['any origin', () => ({})],
  ['only its origin', () => ({ corsOrigins: [pages.origin] })],
])('a page on another origin can chat if the server allows %s', async (_, options) => {
  await using server = await startEchoServer(options())
  await using opened = await openPage()
  const texts = ['hello', streamCommand]

  const signals = await opened.page.evaluate(sendOneByOne, { apiUrl: server.url, texts })

  const createdSignal = (text: string, isBot: boolean) => ({ payload: { type: 'text', text }, isBot })
  expect(signals).toEqual([
    createdSignal('hello', false),
    createdSignal('hello', true),
    createdSignal(streamCommand, false),
    ...streamedDeltas.map(() => 'message_stream_delta'),
    'message_stream_complete',
    createdSignal(streamedDeltas.join(''), true),
  ])
  expect(opened.errors).toEqual([])
})

test('a page can chat despite a cookie that axios copies into a header', async () => {
  await using server = await startEchoServer()
  await using opened = await openPage({ cookie: 'abc' })
  const creation = opened.page.waitForRequest((request) => request.url() === `${server.url}/conversations`)

  const signals = await opened.page.evaluate(sendOneByOne, { apiUrl: server.url, texts: ['hello'] })

  expect(signals).toHaveLength(2)
  expect((await creation).headers()).toMatchObject({ 'x-xsrf-token': 'abc' })
  expect(opened.errors).toEqual([])
})

test('a page can call every operation', async () => {
  await using server = await startEchoServer()
  await using opened = await openPage()

  const succeeded = await opened.page.evaluate(callEveryOperationInPage, server.url)

  expect(succeeded.toSorted()).toEqual(Object.keys(operations).toSorted())
  expect(opened.errors).toEqual([])
})

test.each(['team/one', 'team\\one'])('a page can listen to a conversation with the id %s', async (id) => {
  await using server = await startEchoServer()
  await using opened = await openPage()

  const result = await opened.page.evaluate(listenUntilDeleted, { apiUrl: server.url, id })

  expect(result).toEqual([id, 'disconnected'])
  expect(opened.errors).toEqual([])
})

test('a page receives a message that it sent just before it started listening, and the reply', async () => {
  await using server = await startEchoServer({ monotonicNow: createFrozenClock() })
  await using opened = await openPage()

  const results: unknown[] = []
  for (let run = 0; run < 20; run++) results.push(await opened.page.evaluate(sendThenListen, server.url))

  expect(results).toEqual(Array(20).fill([false, true]))
  expect(opened.errors).toEqual([])
})

test('a page receives the type and status of each error', async () => {
  await using server = await startEchoServer()
  await using opened = await openPage()

  const errors = await opened.page.evaluate(collectErrors, server.url)

  expect(errors).toEqual([
    ['Unauthorized', 401],
    ['Forbidden', 403],
    ['ResourceNotFound', 404],
    ['AlreadyExists', 409],
    ['InvalidPayload', 400],
    ['PayloadTooLarge', 413],
  ])
  expect(opened.errors).toEqual([
    failedToLoad('401 (Unauthorized)'),
    failedToLoad('403 (Forbidden)'),
    failedToLoad('404 (Not Found)'),
    failedToLoad('409 (Conflict)'),
    failedToLoad('400 (Bad Request)'),
    failedToLoad('413 (Payload Too Large)'),
  ])
})

test('a page on an origin that the server does not allow cannot connect', async () => {
  await using server = await startEchoServer({ corsOrigins: ['https://example.com'] })
  await using opened = await openPage()

  const connecting = opened.page.evaluate(sendOneByOne, { apiUrl: server.url, texts: ['hello'] })

  await expect(connecting).rejects.toThrow(/ChatClientError/)
  expect(opened.errors[0]).toMatch(/blocked by CORS policy/)
})

function failedToLoad(status: string): string {
  return `Failed to load resource: the server responded with a status of ${status}`
}
