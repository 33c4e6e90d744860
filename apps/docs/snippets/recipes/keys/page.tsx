import { textOf } from '@parley/core/text'
import { ChatProvider, useChat, useComposer, useMessages } from '@parley/react'
import { createRoot } from 'react-dom/client'

// #region key
/** Called when the page connects, and again when a key has expired. */
async function fetchUserKey(): Promise<string> {
  const response = await fetch('/chat-key', { method: 'POST' })
  if (!response.ok) throw new Error(await response.text())
  const { userKey } = (await response.json()) as { userKey: string }
  return userKey
}

const chat = (
  <ChatProvider url="http://127.0.0.1:3000/demo" userKey={fetchUserKey}>
    <Chat />
  </ChatProvider>
)
// #endregion

function Chat() {
  const { user, error } = useChat()
  const { messages } = useMessages()
  const { inputProps } = useComposer()
  return (
    <>
      {error && <p role="alert">{error.message}</p>}
      <h1>{user ? `Chat of ${user.user.id}` : 'Connecting…'}</h1>
      <ul>
        {messages.map(({ key, payload }) => (
          <li key={key}>{textOf(payload)}</li>
        ))}
      </ul>
      <textarea aria-label="Message" {...inputProps} />
    </>
  )
}

createRoot(document.getElementById('root') ?? document.body).render(chat)
