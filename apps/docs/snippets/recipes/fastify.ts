import { createServer } from '@parley/server'
import { fastify } from 'fastify'
import bot from './bot.ts'

const chat = await createServer({
  data: './parley.db',
  basePath: '/api/chat',
  bots: { demo: { bot } },
})
const app = fastify({ keepAliveTimeout: 75_000, requestTimeout: 30_000 })
app.addHook('onRequest', (request, reply, done) => {
  if (!chat.nodeHandlers.matches(request.raw)) {
    done()
    return
  }
  reply.hijack()
  chat.nodeHandlers.request(request.raw, reply.raw)
})
app.get('/', () => 'My page')

const port = Number(process.env['PORT'] ?? 3000)
const origin = await app.listen({ port, host: '127.0.0.1' })
console.log(`${origin}/api/chat/demo`)
process.once('SIGTERM', () => {
  void chat.close() // ends the streams, so that Fastify can close
  void app.close()
})
