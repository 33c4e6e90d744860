import { Client } from '@botpress/chat'

const me = await Client.connect({ apiUrl: 'http://127.0.0.1:3000/demo' })
const { conversation } = await me.createConversation({})
const conversationId = conversation.id

const listener = await me.listenConversation({ id: conversationId })
const answered = new Promise<void>((resolve, reject) => {
  listener.on('message_created', ({ isBot, payload }) => {
    if (!isBot || payload.type !== 'text') return
    console.log(payload.text)
    resolve()
  })
  listener.on('error', reject) // the connection is lost: connect again, and list the missed messages
})

const payload = { type: 'text', text: 'Hello' } as const
await me.createMessage({ conversationId, payload })
await answered
await listener.disconnect()

const messages = await me.list.messages({ conversationId }).collect()
console.log(messages.length)
