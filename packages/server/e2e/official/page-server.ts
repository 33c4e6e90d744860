import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'

/** Serves a page that sets `window.chat` to the browser build of the official client. */
export interface PageServer extends AsyncDisposable {
  readonly origin: string
}

const page =
  '<!doctype html><title>A page</title>' +
  '<script type="module">import * as chat from "/client.js"; window.chat = chat</script>'

/** Starts on a free port, so the page has a different origin than the chat server. */
export async function startPageServer(): Promise<PageServer> {
  const script = createRequire(import.meta.url)
    .resolve('@botpress/chat')
    .replace(/\.cjs$/, '.mjs')
  const files: Record<string, { type: string; body: string | Buffer }> = {
    '/': { type: 'text/html; charset=utf-8', body: page },
    '/client.js': { type: 'text/javascript; charset=utf-8', body: await readFile(script) },
  }
  const server = createServer((request, response) => {
    const file = files[request.url ?? '/']
    if (file) response.setHeader('content-type', file.type).end(file.body)
    else response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
