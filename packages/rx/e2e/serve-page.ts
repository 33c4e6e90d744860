import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Rolldown } from 'tsdown'

export interface PageServer extends AsyncDisposable {
  readonly origin: string
}

/** Serves a page from its own origin, with the exports of `page.ts` at `window.parley`, in the chunks of a build. */
export async function servePage(): Promise<PageServer> {
  const entry = '\0page'
  const page = fileURLToPath(new URL('page.ts', import.meta.url))
  const source = `
    export * from ${JSON.stringify(page)}
    import * as parley from ${JSON.stringify(page)}
    window.parley = parley`
  const built = await Rolldown.rolldown({
    input: { page: entry },
    platform: 'browser',
    resolve: { conditionNames: ['parley-src', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'page',
        resolveId: (id: string) => (id === entry ? id : undefined),
        load: (id: string) => (id === entry ? source : undefined),
      },
    ],
  })
  const { output } = await built.generate({ format: 'esm' })
  const chunks = new Map(output.map((file) => [`/${file.fileName}`, 'code' in file ? file.code : '']))

  const server = createServer((request, response) => {
    const script = chunks.get(request.url ?? '')
    const type = script === undefined ? 'text/html' : 'text/javascript'
    response.setHeader('content-type', `${type}; charset=utf-8`)
    response.end(
      script ??
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
