import { createServer } from '@parley/server'
import bot from './bot.ts'

const chat = await createServer({
  data: './parley.db',
  bots: { demo: { bot } },
})
const { origin } = await chat.listen({ port: 3000 })
console.log(`${origin}/demo`)

// Permanent failures are logged. Only a new process recovers from them.
chat.closed.catch(() => process.exit(3))
process.once('SIGTERM', () => void chat.close())
