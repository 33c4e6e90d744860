import { createChat } from '@parley/core'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const ada = await chat.connect({ name: 'Ada' })
const grace = await chat.connect({ name: 'Grace' })

const { conversation } = await ada.createConversation()
await ada.addParticipant({
  conversationId: conversation.id,
  userId: grace.user.id,
})
await grace.createMessage({
  conversationId: conversation.id,
  payload: { type: 'text', text: 'Hello Ada' },
  metadata: { mood: 'good' },
})

const { messages } = await ada.listMessages({ conversationId: conversation.id }) // newest first
console.log(messages[0]?.userId === grace.user.id, messages[0]?.metadata)
