import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { build, type Loader } from 'esbuild'
import {
  browserArguments,
  findChromium,
} from '../../../../scripts/chromium.mjs'
import { readSnippet, snippetsFolder } from './snippet-source.ts'

export interface SnippetPage extends AsyncDisposable {
  readonly page: Page
  /** What the page logged as errors. */
  readonly errors: readonly string[]
}

/**
 * Bundles a program of the pages, and opens it in Chromium.
 *
 * @param path - Below `apps/docs/snippets`.
 * @param url - Replaces the documented address.
 */
export async function openPage(
  path: string,
  url: string,
): Promise<SnippetPage> {
  const script = await bundle(path, url)
  const server = createServer((request, response) => {
    const isScript = request.url === '/main.js'
    response.setHeader(
      'content-type',
      isScript ? 'text/javascript' : 'text/html',
    )
    response.end(isScript ? script : indexHtml)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: browserArguments(),
  })
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return {
    page,
    errors,
    async [Symbol.asyncDispose]() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

const indexHtml = `<!doctype html><title>Chat</title><link rel="icon" href="data:,">
<div id="root"></div><script type="module" src="/main.js"></script>`

async function bundle(path: string, url: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: {
      contents: readSnippet(path, url),
      resolveDir: join(snippetsFolder, dirname(path)),
      loader: extname(path).slice(1) as Loader,
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    jsx: 'automatic',
    conditions: ['parley-src'],
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}
