import { createChat } from '@parley/core'
import { connection } from 'next/server'
import { Chat } from './chat.jsx'

/** A server component: creates the user and the conversation, and renders the first message. */
export default async function Page() {
  await connection()
  const url = process.env.CHAT_URL
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation()
  await me.createMessage({
    conversationId: conversation.id,
    payload: { type: 'text', text: 'From the server' },
  })
  const { messages } = await me.listMessages({ conversationId: conversation.id })
  return <Chat url={url} userKey={me.userKey} conversationId={conversation.id} initialMessages={messages} />
}
