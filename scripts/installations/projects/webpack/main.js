import { ChatProvider, useComposer, useMessages } from '@parley/react'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'

function Chat() {
  const { messages } = useMessages()
  const { inputProps } = useComposer()
  const rows = messages.map(({ key, payload }) => createElement('li', { key }, payload.text))
  const field = createElement('textarea', { 'aria-label': 'Message', ...inputProps })
  return createElement('div', {}, createElement('ul', {}, rows), field)
}

createRoot(document.getElementById('root')).render(
  createElement(ChatProvider, { url: CHAT_URL }, createElement(Chat)),
)
