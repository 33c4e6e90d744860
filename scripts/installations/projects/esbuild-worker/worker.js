// A web worker: sends what the page posts, and posts the texts of all messages.
import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'

const live = createChat({ url: CHAT_URL })
  .connect()
  .then(async (me) => openConversation(me, (await me.createConversation()).conversation.id))

live.then(({ messages$ }) =>
  messages$.subscribe((messages) => postMessage(messages.map(({ payload }) => payload.text))),
)

addEventListener('message', async ({ data: text }) => (await live).send({ type: 'text', text }))
