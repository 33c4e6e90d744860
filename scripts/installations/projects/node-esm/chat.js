// Starts the command `parley` with a bot, and chats with it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { filter, firstValueFrom, map } from 'rxjs'

const options = ['serve', '--port', '0', '--data', 'parley.db', '--bot', 'bot.ts']
const server = spawn('parley', options, { stdio: ['ignore', 'pipe', 'pipe'] })
let errors = ''
server.stderr.setEncoding('utf8').on('data', (text) => (errors += text))
const exited = once(server, 'exit')
const [line] = await Promise.race([once(createInterface(server.stdout), 'line'), exited])
const url = /http\S+/.exec(line)?.[0]

const me = await createChat({ url }).connect()
const { conversation } = await me.createConversation()
const live = openConversation(me, conversation.id)
const answer = firstValueFrom(
  live.messages$.pipe(
    map((messages) =>
      messages.find(({ status, payload }) => status === 'sent' && payload.text?.startsWith('You')),
    ),
    filter(Boolean),
  ),
)
await live.send({ type: 'text', text: 'Hello' })
console.log((await answer).payload.text)

server.kill()
await exited
if (/warning/i.test(errors)) throw new Error(`The command printed warnings:\n${errors}`)
