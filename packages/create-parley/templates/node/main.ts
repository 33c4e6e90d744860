// Asks the bot a question, and prints the answer while it grows.
import { createChat } from '@parley/core'
import { textOf } from '@parley/core/text'
import { openConversation } from '@parley/rx'
import { createServer } from '@parley/server'
import { filter, map, takeWhile } from 'rxjs'
import bot from './bot.ts'

// To ask a bot on another server, use its address below, and remove this server.
const server = await createServer({ data: './parley.db', bots: { demo: { bot } } })
const { origin } = await server.listen({ port: 0 })

const me = await createChat({ url: `${origin}/demo` }).connect()
const { conversation } = await me.createConversation()
const live = openConversation(me, conversation.id)
const answer$ = live.messages$.pipe(
  map((messages) => messages.find(({ isOwn }) => !isOwn)),
  filter((message) => message !== undefined),
  takeWhile(({ status }) => status !== 'sent', true),
)

let printed = 0
const done = answer$.forEach(({ payload }) => {
  const text = payload.type === 'markdown' ? payload.markdown : textOf(payload)
  process.stdout.write(text.slice(printed))
  printed = text.length
})
await live.send({ type: 'text', text: process.argv.slice(2).join(' ') || 'Hello' })
await done

// Without subscribers, the connection closes. Then nothing keeps the program running.
process.stdout.write('\n')
await server.close()
