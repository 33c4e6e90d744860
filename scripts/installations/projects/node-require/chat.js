const { createChat } = require('@parley/core')
const { signUserKey } = require('@parley/core/keys')
const { openConversation } = require('@parley/rx')
const { createServer, defineBot } = require('@parley/server')
const { filter, firstValueFrom, map } = require('rxjs')

const encryptionKey = 'a secret of at least 32 characters'
const bot = defineBot({ name: 'Echo', onMessage: ({ message, reply }) => reply(message.payload) })

async function chatWithBot() {
  const server = await createServer({
    data: ':memory:',
    bots: { demo: { bot, encryptionKey, auth: 'personal' } },
  })
  const { origin } = await server.listen({ port: 0 })

  const userKey = await signUserKey({ userId: 'ada', encryptionKey })
  const me = await createChat({ url: `${origin}/demo` }).connect({ userKey })
  const { conversation } = await me.createConversation()
  const live = openConversation(me, conversation.id)
  const answer = firstValueFrom(
    live.messages$.pipe(
      map((messages) => messages.find(({ userId }) => userId !== undefined && userId !== me.user.id)),
      filter(Boolean),
    ),
  )
  await live.send({ type: 'text', text: 'You said: Hello' })
  console.log((await answer).payload.text)
  await server.close()
}

chatWithBot().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
