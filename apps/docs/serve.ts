import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'

/** Serves the built site, also after the next build. `PORT=0` selects a free port. */
const serveFile = sirv(fileURLToPath(new URL('dist', import.meta.url)), { dev: true })
const server = createServer((request, response) => {
  serveFile(request, response, () => {
    response.writeHead(404).end('Not found\n')
  })
})
server.listen(Number(process.env['PORT'] ?? 4321), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`docs on http://127.0.0.1:${port}/`)
})
