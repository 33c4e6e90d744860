import { createChat, type Message } from '@parley/core'
import type { PaneOptions } from './pane-options.ts'

export async function mountCore(root: Element, { server, auth, id, signal }: PaneOptions): Promise<void> {
  const me = await createChat(server).connect(auth)
  const list = document.createElement('ol')
  const form = document.createElement('form')
  const field = document.createElement('input')
  Object.assign(field, { ariaLabel: 'Message, with core', required: true })
  form.append(field, Object.assign(document.createElement('button'), { textContent: 'Send' }))
  root.append(list, form)

  form.onsubmit = (event) => {
    event.preventDefault()
    const payload = { type: 'text', text: field.value } as const
    form.reset()
    me.createMessage({ conversationId: id, payload }).catch(() => (field.value = payload.text))
  }

  const messages = new Map<string, Message>()
  function show(added: Message[]): void {
    for (const message of added) messages.set(message.id, message)
    const inOrder = [...messages.values()].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    list.replaceChildren(
      ...inOrder.map(({ userId, payload }) => {
        const item = document.createElement('li')
        item.className = userId === me.user.id ? 'mine' : 'theirs'
        item.textContent = payload.type === 'text' ? payload.text : payload.type
        return item
      }),
    )
  }

  // Request the list once the stream is open, so that no message is missed in between.
  const onReady = () =>
    void me.listMessages({ conversationId: id }).then(({ messages: page }) => show(page), console.warn)
  for await (const { type, data } of me.listenConversation({ id, signal, onReady }))
    if (type === 'message_created') show([data])
}
