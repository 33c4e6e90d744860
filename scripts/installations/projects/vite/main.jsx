import { ChatProvider, useComposer, useMessages } from '@parley/react'
import { createRoot } from 'react-dom/client'

function Chat() {
  const { messages } = useMessages()
  const { inputProps } = useComposer()
  const rows = messages.map(({ key, payload }) => <li key={key}>{payload.text}</li>)
  return (
    <>
      <ul>{rows}</ul>
      <textarea aria-label="Message" {...inputProps} />
    </>
  )
}

createRoot(document.getElementById('root')).render(
  <ChatProvider url={import.meta.env.VITE_CHAT_URL}>
    <Chat />
  </ChatProvider>,
)
