import { serve } from '@hono/node-server'
import { createServer } from '@parley/server'
import { Hono } from 'hono'
import bot from './bot.ts'

const chat = await createServer({
  data: './parley.db',
  basePath: '/api/chat',
  bots: { demo: { bot } },
})
const app = new Hono()
app.all('/api/chat/*', ({ req }) => chat.fetch(req.raw))
app.get('/', ({ text }) => text('My page'))

const port = Number(process.env['PORT'] ?? 3000)
const server = serve({ fetch: app.fetch, port }, (address) => {
  console.log(`http://127.0.0.1:${address.port}/api/chat/demo`)
})
process.once('SIGTERM', () => {
  server.close()
  void chat.close() // ends the streams
})
