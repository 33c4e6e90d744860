import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { startTestServer } from '@parley/server/testing'
import { chromium } from 'playwright-core'
import { Rolldown } from 'tsdown'
import { expect, test } from 'vitest'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import { quietLogger } from './quiet-logger.ts'

test('a chat with storage="local" works in a sandboxed frame, where accessing localStorage throws', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  await using pages = await servePage(await bundle())
  await using browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: browserArguments(),
  })
  const page = await browser.newPage()
  const consoleErrors: string[] = []
  page.on('pageerror', (error) => consoleErrors.push(error.message))

  await page.goto(`${pages.url}/?url=${encodeURIComponent(server.url)}`)
  const frame = page.frameLocator('iframe')
  const field = frame.getByRole('textbox', { name: 'Message' })
  await field.fill('Hello')
  await field.press('Enter')
  await frame.getByRole('listitem').filter({ hasText: 'Hello:sent' }).waitFor()

  const access = await page.frames()[1]?.evaluate(() => {
    try {
      return typeof localStorage
    } catch (error) {
      return (error as DOMException).name
    }
  })
  expect(access).toBe('SecurityError')
  expect(consoleErrors).toEqual([])
}, 60_000)

async function bundle(): Promise<string> {
  const built = await Rolldown.rolldown({
    input: fileURLToPath(new URL('sandboxed-page.tsx', import.meta.url)),
    platform: 'browser',
    resolve: { conditionNames: ['parley-src', 'browser', 'import', 'default'] },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    // Rolldown warns about each 'use client' directive.
    onLog() {},
  })
  const { output } = await built.generate({ format: 'esm', codeSplitting: false })
  return output[0].code
}

/** Serves a page with a sandboxed frame, which has an opaque origin. */
async function servePage(script: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, search } = new URL(url, 'http://localhost')
    if (pathname === '/script.js')
      response
        .writeHead(200, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' })
        .end(script)
    else
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          pathname === '/frame'
            ? '<!doctype html><div id="root"></div><script type="module" src="/script.js"></script>'
            : '<!doctype html><link rel="icon" href="data:,">' +
                `<iframe sandbox="allow-scripts" src="/frame${search}"></iframe>`,
        )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
