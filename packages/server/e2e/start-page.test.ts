import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import { defineBot } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const get = (url: string, init: RequestInit = {}) =>
  fetch(url, { headers: { accept: browserAccept }, ...init })
const start = (options: Parameters<typeof startTestServer>[0]) =>
  startTestServer({ logger: createRecordingLogger(), ...options })

const bot = defineBot({
  name: 'Ada & <b>Bob</b>',
  onConversation: ({ reply }) => reply({ type: 'text', text: 'Welcome!' }),
  onMessage: async ({ message, stream }) => {
    const text = message.payload.type === 'text' ? message.payload.text : ''
    if (text === 'fail') throw new Error('no answer')
    const answer = stream({ type: 'markdown' })
    answer.write('You said: ')
    answer.write(text)
    await answer.end()
  },
})

let browser: Browser

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium() ?? '', args: browserArguments() })
}, 60_000)

afterAll(() => browser.close())

test('a browser gets a page at the base URL, whose scripts and styles are limited to its own', async () => {
  await using server = await start({ bot })

  const response = await get(server.url)
  const html = await response.text()

  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(response.headers.get('cache-control')).toBe('no-store')
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'; script-src 'sha256-")
  expect(policy).not.toContain('unsafe')
  expect(html).toContain('<h1>Ada &#38; &#60;b&#62;Bob&#60;/b&#62;</h1>')
  expect(html).not.toContain('<b>Bob')
  const head = await get(server.url, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('API clients never get the page, and neither do other paths and methods', async () => {
  await using server = await start({ bot })
  const outcomes = await Promise.all([
    ...['*/*', 'application/json', 'application/json, text/plain, */*', 'text/event-stream'].map((accept) =>
      get(server.url, { headers: { accept } }),
    ),
    ...['/nope', '/users/me/nope'].map((path) => get(`${server.url}${path}`)),
    ...['', '/', '/other'].map((path) => get(`${server.origin}${path}`)),
    ...['POST', 'PUT', 'DELETE'].map((method) => get(server.url, { method })),
  ])

  for (const response of outcomes) {
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toMatchObject({ code: 404, type: 'ResourceNotFound' })
  }
  expect((await get(`${server.url}/hello`)).headers.get('content-type')).toContain('application/json')
})

test('hasStartPage: false turns the page off', async () => {
  await using server = await start({ bot, hasStartPage: false })

  expect((await get(server.url)).status).toBe(404)
})

test('the page of a bot in personal mode, or without handlers, says what is missing', async () => {
  const encryptionKey = 'the secret of a bot under test, for its keys'
  await using server = await start({ bots: { mine: { bot, auth: 'personal', encryptionKey }, silent: {} } })

  const [personal, silent] = await Promise.all(
    ['mine', 'silent'].map(async (id) => (await get(`${server.origin}/${id}`)).text()),
  )

  expect(personal).toContain('Users of this bot need a key')
  expect(personal).not.toContain('<form')
  expect(silent).toContain('<title>silent · Parley</title>')
  expect(silent).toContain('nobody answers')
})

test.for([
  ['the base URL', '/demo'],
  ['the base URL with a slash', '/demo/'],
  ['a base path', '/api/chat/demo'],
] as const)('the page at %s chats with the bot, also after the server was restarted', async ([, path]) => {
  await using server = await start({ bot, basePath: '/api/chat' })
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('ERR_')) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  const url = `${server.origin}${path.replace(/\/$/, '')}`
  await page.goto(`${server.origin}${path}`)
  const messages = async () =>
    (await page.locator('#log p').allTextContents()).map((text) => text.replace(/^(?:You|Bot)/, '$&: '))
  const send = async (text: string) => {
    await page.getByLabel('Message', { exact: true }).fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }

  await send('hello')
  await expect.poll(messages).toEqual(['Bot: Welcome!', 'You: hello', 'Bot: You said: hello'])
  await send('fail')
  await expect.poll(messages).toContain('Bot: Sorry, something went wrong. Please try again. (failed)')
  await server.restart()
  await expect.poll(() => server.streams).toBe(1)
  await send('again')

  await expect
    .poll(messages)
    .toEqual([
      'Bot: Welcome!',
      'You: hello',
      'Bot: You said: hello',
      'You: fail',
      'Bot: Sorry, something went wrong. Please try again. (failed)',
      'You: again',
      'Bot: You said: again',
    ])
  expect(await page.locator('code[data-url]').textContent()).toBe(url)
  const link = (await page.getByRole('link', { name: 'All operations' }).getAttribute('href')) ?? ''
  expect(new URL(link, page.url()).href).toBe(`${url}/openapi.json`)
  expect(errors).toEqual([])
  await page.close()
})
