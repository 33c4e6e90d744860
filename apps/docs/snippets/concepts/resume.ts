import { createChat } from '@parley/core'
import { textOf } from '@parley/core/text'

const me = await createChat({ url: 'http://127.0.0.1:3000/demo' }).connect()
const { conversation } = await me.createConversation()
const conversationId = conversation.id
const { message } = await me.createMessage({
  conversationId,
  payload: { type: 'text', text: 'first' },
})
for (const text of ['second', 'third'])
  await me.createMessage({ conversationId, payload: { type: 'text', text } })

// #region resume
// Any id that the program has stored: of a signal, or of a message.
const lastId = message.id
for await (const signal of me.listenConversation({
  id: conversationId,
  after: lastId,
})) {
  if (signal.type !== 'message_created') continue
  console.log(textOf(signal.data.payload)) // second, third
  if (textOf(signal.data.payload) === 'third') break
}
// #endregion
