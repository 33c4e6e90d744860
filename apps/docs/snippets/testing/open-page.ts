import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join, relative } from 'node:path'
import { serve } from '@hono/node-server'
import { chromium, type Page } from '@playwright/test'
import { build, type Loader, type Plugin } from 'esbuild'
import { build as buildWithVite, type PluginOption } from 'vite'
import {
  browserArguments,
  findChromium,
} from '../../../../scripts/chromium.mjs'
import { documentedUrl, readSnippet, snippetsFolder } from './snippet-source.ts'

export interface SnippetPage extends AsyncDisposable {
  readonly page: Page
  /** What the page logged as errors. */
  readonly errors: readonly string[]
}

export interface OpenPageOptions {
  /** Responds to all requests for other paths than those of the page. */
  backend?: (request: Request) => Response | Promise<Response>
  /** Replaces modules, by their names. */
  alias?: Record<string, string>
  /** Bundles with Vite and these plugins, for a framework with files of its own. */
  plugins?: PluginOption[]
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
  { alias = {}, backend, plugins }: OpenPageOptions = {},
): Promise<SnippetPage> {
  const script = await (plugins
    ? bundleWithVite(path, url, plugins)
    : bundle(path, url, alias))
  const server = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/main.js') return respond('text/javascript', script)
      if (pathname === '/') return respond('text/html', indexHtml)
      return backend?.(request) ?? new Response(null, { status: 404 })
    },
  }) as Server
  if (!server.listening) await once(server, 'listening')
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

const respond = (type: string, body: BodyInit): Response =>
  new Response(body, { headers: { 'content-type': type } })

const indexHtml = `<!doctype html><title>Chat</title><link rel="icon" href="data:,">
<div id="root"></div><script type="module" src="/main.js"></script>`

async function bundle(
  path: string,
  url: string,
  alias: Record<string, string>,
): Promise<string> {
  const replaceUrl: Plugin = {
    name: 'replace-url',
    setup: (bundling) => {
      bundling.onLoad({ filter: /\.tsx?$/ }, ({ path: file }) => {
        if (!file.startsWith(snippetsFolder)) return undefined
        return {
          contents: readSnippet(relative(snippetsFolder, file), url),
          loader: extname(file).slice(1) as Loader,
        }
      })
    },
  }
  const { outputFiles } = await build({
    absWorkingDir: snippetsFolder, // where the replacements of modules are installed
    entryPoints: [join(snippetsFolder, path)],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    jsx: 'automatic',
    alias,
    plugins: [replaceUrl],
    conditions: ['parley-src'],
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

async function bundleWithVite(
  path: string,
  url: string,
  plugins: PluginOption[],
): Promise<string> {
  const input = join(snippetsFolder, path)
  const replaceUrl = {
    name: 'replace-url',
    transform: (code: string, id: string) =>
      id === input ? code.replaceAll(documentedUrl, url) : undefined,
  }
  const built = await buildWithVite({
    configFile: false,
    root: dirname(input),
    logLevel: 'error',
    plugins: [replaceUrl, ...plugins],
    resolve: {
      conditions: ['parley-src', 'module', 'browser', 'production'],
    },
    build: {
      write: false,
      rolldownOptions: { input, output: { codeSplitting: false } },
    },
  })
  const [bundled] = Array.isArray(built) ? built : [built]
  if (!bundled || !('output' in bundled)) return ''
  return bundled.output[0].code
}
