import { createChat } from '@parley/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { createChatSession } from './chat/chat-session.ts'
import { createPageStorage } from './chat/page-storage.ts'
import './main.css'

const root = document.getElementById('root')
if (!root) throw new Error('unable to show the page; it has no element with the id "root"')

// Outside React, which in development mounts everything twice: a visitor is made once.
const session = createChatSession({
  chat: createChat({ url: `${location.origin}/demo` }),
  storage: createPageStorage(),
})
void session.connect()

addEventListener('online', () => {
  if (session.getState().connection.state !== 'online') void session.connect()
})
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void session.refresh()
})

createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
)
