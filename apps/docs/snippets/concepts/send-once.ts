import { createChat } from '@parley/core'

const me = await createChat({ url: 'http://127.0.0.1:3000/demo' }).connect()
const { conversation } = await me.createConversation()

// #region once
const idempotencyKey = crypto.randomUUID() // store it with the order
const confirm = () =>
  me.createMessage(
    {
      conversationId: conversation.id,
      payload: { type: 'text', text: 'Your order is confirmed.' },
    },
    { idempotencyKey },
  )

const first = await confirm()
const again = await confirm() // after a crash, for example
console.log(first.message.id === again.message.id) // true: one message
// #endregion
