import { textOf } from '@parley/core/text'
import {
  ChatProvider,
  useChat,
  useComposer,
  useConversation,
} from '@parley/react'
import { createRoot } from 'react-dom/client'
import Markdown from 'react-markdown'

function Chat() {
  const { state, error } = useChat()
  const { messages, isLoading, retry } = useConversation()
  const { inputProps, canSend, send } = useComposer()

  if (state === 'failed') return <p role="alert">{error.message}</p>
  return (
    <main>
      {error && <p role="status">{error.message}</p>}
      {isLoading && <p>Loading…</p>}
      <ul aria-label="Messages">
        {messages.map((message) => (
          <li key={message.key}>
            {message.isOwn ? 'You' : message.sender?.name}:
            {message.payload.type === 'markdown' ? (
              <Markdown>{message.payload.markdown}</Markdown>
            ) : (
              <p>{textOf(message.payload)}</p>
            )}
            {message.status === 'failed' && (
              <button onClick={() => void retry(message.key)}>
                Not sent. Try again
              </button>
            )}
          </li>
        ))}
      </ul>
      <textarea aria-label="Message" {...inputProps} />
      <button disabled={!canSend} onClick={() => void send()}>
        Send
      </button>
    </main>
  )
}

const root = document.getElementById('root') ?? document.body
createRoot(root).render(
  <ChatProvider url="http://127.0.0.1:3000/demo" storage="local">
    <Chat />
  </ChatProvider>,
)
