import { createServer, defineBot } from '@parley/server'

const bot = defineBot({
  name: 'Echo',
  onMessage: ({ message, reply }) => reply(message.payload),
})
const chat = await createServer({
  data: './parley.db',
  bots: { demo: { bot } },
})
const { origin } = await chat.listen({ port: 3000 })
console.log(`${origin}/demo`)

// #region closed
chat.closed.catch(() => process.exit(3))
// #endregion
