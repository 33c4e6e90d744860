'use client'

import { ChatProvider, useComposer, useMessages } from '@parley/react'

export function Chat({ url, userKey, conversationId, initialMessages }) {
  return (
    <ChatProvider url={url} userKey={userKey} initialMessages={{ [conversationId]: initialMessages }}>
      <Messages id={conversationId} />
    </ChatProvider>
  )
}

function Messages({ id }) {
  const { messages } = useMessages(id)
  const { inputProps } = useComposer(id)
  const rows = messages.map(({ key, payload }) => <li key={key}>{payload.text}</li>)
  return (
    <>
      <ul>{rows}</ul>
      <textarea aria-label="Message" {...inputProps} />
    </>
  )
}
