import { createRoot } from 'react-dom/client'
import { ChatProvider, useChat, useComposer, useMessages } from '../src/index.ts'

function Chat() {
  const { state } = useChat()
  const { messages } = useMessages()
  const { inputProps } = useComposer()
  const rows = messages.map(({ key, payload, status }) => (
    <li key={key}>{payload.type === 'text' && `${payload.text}:${status}`}</li>
  ))
  return (
    <>
      <p>{state}</p>
      <ul>{rows}</ul>
      <textarea aria-label="Message" {...inputProps} />
    </>
  )
}

const url = new URLSearchParams(location.search).get('url') ?? ''
const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <ChatProvider url={url} storage="local">
      <Chat />
    </ChatProvider>,
  )
