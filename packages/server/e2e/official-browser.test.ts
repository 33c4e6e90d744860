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
  /** What the page wrote to its console as an error, or threw and nobody caught. */
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
  ['any page', () => ({})],
  ['one origin alone', () => ({ corsOrigins: [pages.origin] })],
])('a page on another origin chats where %s may call', async (_, options) => {
  await using server = await startEchoServer(options())
  await using opened = await openPage()
  const texts = ['hello', streamCommand]

  const heard = await opened.page.evaluate(sendOneByOne, { apiUrl: server.url, texts })

  const said = (text: string, isBot: boolean) => ({ payload: { type: 'text', text }, isBot })
  expect(heard).toEqual([
    said('hello', false),
    said('hello', true),
    said(streamCommand, false),
    ...streamedDeltas.map(() => 'message_stream_delta'),
    'message_stream_complete',
    said(streamedDeltas.join(''), true),
  ])
  expect(opened.errors).toEqual([])
})

test('a page chats though it has a cookie that axios copies into a header', async () => {
  await using server = await startEchoServer()
  await using opened = await openPage({ cookie: 'abc' })
  const creation = opened.page.waitForRequest((request) => request.url() === `${server.url}/conversations`)

  const heard = await opened.page.evaluate(sendOneByOne, { apiUrl: server.url, texts: ['hello'] })

  expect(heard).toHaveLength(2)
  expect((await creation).headers()).toMatchObject({ 'x-xsrf-token': 'abc' })
  expect(opened.errors).toEqual([])
})

test('a page calls every operation', async () => {
  await using server = await startEchoServer()
  await using opened = await openPage()

  const answered = await opened.page.evaluate(callEveryOperationInPage, server.url)

  expect(answered.toSorted()).toEqual(Object.keys(operations).toSorted())
  expect(opened.errors).toEqual([])
})

test.each(['team/room', 'team\\room'])('a page listens to a conversation with the id %s', async (id) => {
  await using server = await startEchoServer()
  await using opened = await openPage()

  const heard = await opened.page.evaluate(listenUntilDeleted, { apiUrl: server.url, id })

  expect(heard).toEqual([id, 'disconnected'])
  expect(opened.errors).toEqual([])
})

test('a page hears what it sent just before it listened, and the answer', async () => {
  await using server = await startEchoServer({ monotonicNow: createFrozenClock() })
  await using opened = await openPage()

  const heard: unknown[] = []
  for (let run = 0; run < 20; run++) heard.push(await opened.page.evaluate(sendThenListen, server.url))

  expect(heard).toEqual(Array(20).fill([false, true]))
  expect(opened.errors).toEqual([])
})

test('a page knows the type of a refusal', async () => {
  await using server = await startEchoServer()
  await using opened = await openPage()

  const refusals = await opened.page.evaluate(collectErrors, server.url)

  expect(refusals).toEqual([
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

test('a page whose origin may not call gets nothing', async () => {
  await using server = await startEchoServer({ corsOrigins: ['https://example.com'] })
  await using opened = await openPage()

  const connecting = opened.page.evaluate(sendOneByOne, { apiUrl: server.url, texts: ['hello'] })

  await expect(connecting).rejects.toThrow(/ChatClientError/)
  expect(opened.errors[0]).toMatch(/blocked by CORS policy/)
})

function failedToLoad(status: string): string {
  return `Failed to load resource: the server responded with a status of ${status}`
}
