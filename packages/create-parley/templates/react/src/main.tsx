import { ChatProvider } from '@parley/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Chat } from './chat.tsx'

const root = document.querySelector('#root')
if (!root) throw new Error('index.html has no element with the id "root".')

createRoot(root).render(
  <StrictMode>
    <ChatProvider url={`${location.origin}/chat/demo`} storage="local">
      <Chat />
    </ChatProvider>
  </StrictMode>,
)
