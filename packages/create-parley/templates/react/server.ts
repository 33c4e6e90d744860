// Serves the page and the chat on one address: `npm run dev` with Vite, `npm start` the built page.
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer } from '@parley/server'
import bot from './bot.ts'

const isDevelopment = process.argv.includes('--dev')
const port = Number(process.env['PORT'] ?? 3000)

const chat = await createServer({ data: './parley.db', basePath: '/chat', bots: { demo: { bot } } })
const server = createHttpServer({ keepAliveTimeout: 75_000, requestTimeout: 30_000 })
const servePage = await createPageHandler()

server.on('request', (request, response) => {
  if (chat.nodeHandlers.matches(request)) chat.nodeHandlers.request(request, response)
  else servePage(request, response)
})
server.on('checkContinue', chat.nodeHandlers.request)
server.on('clientError', chat.nodeHandlers.clientError)
server.listen(port, '127.0.0.1', () => {
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  console.log(`Chat at http://127.0.0.1:${actual}`)
})

// Completes the requests in flight.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void chat.close().then(() => process.exit()))
}

async function createPageHandler(): Promise<RequestListener> {
  if (!isDevelopment) {
    const { default: sirv } = await import('sirv')
    return sirv('dist')
  }
  const { createServer: createViteServer } = await import('vite')
  // With the native loader, `node --watch` restarts when vite.config.ts changes, and not each time it is loaded.
  const vite = await createViteServer({ configLoader: 'native', server: { middlewareMode: { server } } })
  return vite.middlewares
}
