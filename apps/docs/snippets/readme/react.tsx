import { textOf } from '@parley/core/text'
import { ChatProvider, useChat, useComposer, useMessages } from '@parley/react'
import { createRoot } from 'react-dom/client'

// #region chat
function Chat() {
  const { error } = useChat()
  const { messages } = useMessages()
  const { inputProps } = useComposer()
  return (
    <>
      {error && <p role="alert">{error.message}</p>}
      <ul>
        {messages.map(({ key, payload }) => (
          <li key={key}>{textOf(payload)}</li>
        ))}
      </ul>
      <textarea aria-label="Message" {...inputProps} />
    </>
  )
}

const chat = (
  <ChatProvider url="http://127.0.0.1:3000/demo" storage="local">
    <Chat />
  </ChatProvider>
)
// #endregion
createRoot(document.getElementById('root') ?? document.body).render(chat)
