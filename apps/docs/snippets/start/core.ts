import { createChat, isChatError } from '@parley/core'
import { textOf } from '@parley/core/text'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
try {
  const me = await chat.connect({ name: 'Ada' })
  const { conversation } = await me.createConversation()
  const { message } = await me.createMessage({
    conversationId: conversation.id,
    payload: { type: 'text', text: 'Hello' },
  })

  // `after`: no signal since that message is missed, however long the stream takes to open.
  const signals = me.listenConversation({
    id: conversation.id,
    after: message.id,
  })
  for await (const signal of signals) {
    if (signal.type !== 'message_created' || !signal.data.isBot) continue
    console.log(textOf(signal.data.payload))
    break // leaving the loop closes the stream, and the program ends
  }
} catch (error) {
  if (!isChatError(error)) throw error
  console.error(`${error.type}: ${error.message}`)
  process.exitCode = 1
}
