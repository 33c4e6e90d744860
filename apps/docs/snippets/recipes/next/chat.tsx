'use client'

import { textOf } from '@parley/core/text'
import { ChatProvider, useComposer, useMessages } from '@parley/react'

/** Rendered on the server as well, where nothing connects. */
const origin =
  typeof location === 'undefined' ? 'http://localhost' : location.origin

export function Chat() {
  return (
    <ChatProvider url={`${origin}/api/chat/demo`} storage="local">
      <Messages />
    </ChatProvider>
  )
}

function Messages() {
  const { messages, isLoading } = useMessages()
  const { inputProps, canSend, send } = useComposer()
  return (
    <>
      {isLoading && <p>Loading…</p>}
      <ul>
        {messages.map(({ key, payload }) => (
          <li key={key}>{textOf(payload)}</li>
        ))}
      </ul>
      <textarea aria-label="Message" {...inputProps} />
      <button disabled={!canSend} onClick={() => void send()}>
        Send
      </button>
    </>
  )
}
