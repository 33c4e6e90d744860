import { createChat } from '@parley/core'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const me = await chat.connect()
const { conversation } = await me.createConversation()
const conversationId = conversation.id

const payload = { type: 'text', text: 'Hello' } as const
const { message } = await me.createMessage({ conversationId, payload })

// Reconnects automatically, and delivers the missed signals.
const signals = me.listenConversation({ id: conversationId, after: message.id })
for await (const signal of signals) {
  if (signal.type !== 'message_created' || !signal.data.isBot) continue
  if (signal.data.payload.type === 'text') console.log(signal.data.payload.text)
  break
}

let count = 0
for await (const _ of me.listMessages.all({ conversationId })) count++
console.log(count)
