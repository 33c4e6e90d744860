import { createServer } from '@parley/server'
import express from 'express'
import bot from './bot.ts'

const chat = await createServer({
  data: './parley.db',
  basePath: '/api/chat',
  bots: { demo: { bot } },
})
const app = express()
app.use('/api/chat', chat.nodeHandlers.request) // before middleware that reads bodies
app.use(express.json())
app.get('/', (_request, response) => {
  response.send('My page')
})

const port = Number(process.env['PORT'] ?? 3000)
const server = app.listen(port, () => {
  const address = server.address()
  if (typeof address !== 'object' || address === null) return
  console.log(`http://127.0.0.1:${address.port}/api/chat/demo`)
})
server.on('checkContinue', chat.nodeHandlers.request)
server.on('clientError', chat.nodeHandlers.clientError)
server.keepAliveTimeout = 75_000
server.requestTimeout = 30_000
process.once('SIGTERM', () => {
  server.close()
  void chat.close() // ends the streams
})
