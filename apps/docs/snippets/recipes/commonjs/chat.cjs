const { createChat } = require('@parley/core')
const { textOf } = require('@parley/core/text')

async function main() {
  const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
  const me = await chat.connect()
  const { conversation } = await me.createConversation()
  const { message } = await me.createMessage({
    conversationId: conversation.id,
    payload: { type: 'text', text: 'Hello' },
  })
  const signals = me.listenConversation({
    id: conversation.id,
    after: message.id,
  })
  for await (const signal of signals) {
    if (signal.type !== 'message_created' || !signal.data.isBot) continue
    console.log(textOf(signal.data.payload))
    break
  }
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
