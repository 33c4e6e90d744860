import { createServer as createHttpServer } from 'node:http'
import { createServer } from '@parley/server'
import bot from './bot.ts'

const chat = await createServer({
  data: './parley.db',
  basePath: '/api/chat',
  bots: { demo: { bot } },
})
const { nodeHandlers } = chat
const settings = {
  requireHostHeader: false,
  keepAliveTimeout: 75_000,
  requestTimeout: 30_000,
  headersTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
}
const server = createHttpServer(settings, (request, response) => {
  if (nodeHandlers.matches(request)) nodeHandlers.request(request, response)
  else response.end('My page')
})
server.on('checkContinue', nodeHandlers.request)
server.on('clientError', nodeHandlers.clientError)

server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  const address = server.address()
  if (typeof address !== 'object' || address === null) return
  console.log(`http://127.0.0.1:${address.port}/api/chat/demo`)
})
process.once('SIGTERM', () => {
  server.close()
  void chat.close() // ends the streams
})
