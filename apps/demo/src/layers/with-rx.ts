import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { fromEvent, takeUntil } from 'rxjs'
import type { PaneOptions } from './pane-options.ts'

export async function mountRx(root: Element, { server, auth, id, signal }: PaneOptions): Promise<void> {
  const me = await createChat(server).connect(auth)
  signal.throwIfAborted()
  const conversation = openConversation(me, id)
  const list = document.createElement('ol')
  const form = document.createElement('form')
  const field = document.createElement('input')
  Object.assign(field, { ariaLabel: 'Message, with rx', required: true })
  form.append(field, Object.assign(document.createElement('button'), { textContent: 'Send' }))
  root.append(list, form)

  form.onsubmit = (event) => {
    event.preventDefault()
    // If sending fails, the list shows the message as failed.
    conversation.send({ type: 'text', text: field.value }).catch(() => {})
    form.reset()
  }

  conversation.messages$.pipe(takeUntil(fromEvent(signal, 'abort'))).subscribe((messages) =>
    list.replaceChildren(
      ...messages.map(({ isOwn, status, payload }) => {
        const item = document.createElement('li')
        item.className = `${isOwn ? 'mine' : 'theirs'} ${status}`
        item.textContent = payload.type === 'text' ? payload.text : payload.type
        return item
      }),
    ),
  )
}
