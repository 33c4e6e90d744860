import { createChat } from '@parley/core'
import { ChatProvider, useComposer, useMessages } from '@parley/react'
import type { ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import type { PaneOptions } from './pane-options.ts'

export async function mountReact(root: Element, { server, auth, id, signal }: PaneOptions): Promise<void> {
  const me = await createChat(server).connect(auth)
  signal.throwIfAborted()
  const app = createRoot(root)
  app.render(
    <ChatProvider user={me}>
      <Chat id={id} />
    </ChatProvider>,
  )
  signal.addEventListener('abort', () => app.unmount())
}

function Chat({ id }: { id: string }): ReactElement {
  const { messages } = useMessages(id)
  const { inputProps, send } = useComposer(id)
  return (
    <>
      <ol>
        {messages.map(({ key, isOwn, status, payload }) => (
          <li key={key} className={`${isOwn ? 'mine' : 'theirs'} ${status}`}>
            {payload.type === 'text' ? payload.text : payload.type}
          </li>
        ))}
      </ol>
      <form onSubmit={(event) => event.preventDefault()}>
        <input {...inputProps} aria-label="Message, with react" required />
        <button onClick={() => void send()}>Send</button>
      </form>
    </>
  )
}
