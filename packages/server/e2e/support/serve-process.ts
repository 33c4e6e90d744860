/** A server in a process of its own, to be killed: `node serve-process.ts <database> <bot> <port>`. */
import { createServer } from '../../src/index.ts'
import { crashBots } from './crash-bots.ts'

const [data = '', botName, port] = process.argv.slice(2)
const bot = crashBots[botName ?? '']
const chat = await createServer({
  data,
  bots: { demo: { encryptionKey: 'secret', ...(bot ? { bot } : {}) } },
})
const { origin } = await chat.listen({ port: Number(port) })
process.stdout.write(`${origin}/demo\n`)
process.once('SIGTERM', () => void chat.close())
