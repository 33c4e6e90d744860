import { createChat } from '@parley/core'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const me = await chat.connect({ name: 'Ada' })
const { conversation } = await me.createConversation()
const { message } = await me.createMessage({
  conversationId: conversation.id,
  payload: { type: 'text', text: 'Hello' },
})

for await (const signal of me.listenConversation({
  id: conversation.id,
  after: message.id,
})) {
  if (signal.type !== 'message_created') continue
  console.log(signal.data.payload)
  if (signal.data.isBot) break
}
