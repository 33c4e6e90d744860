/**
 * The script of the start page: a chat over plain HTTP. Without the client of `@parley/core`, which would need a
 * bundler. Creates a user and a conversation with the first message.
 */
export const startPageScript = `
const main = document.querySelector('main')
const base = new URL(main.dataset.base, location.href).href.replace(/[/]+$/, '')
for (const element of document.querySelectorAll('[data-url]')) element.textContent = base

const [log, form, input, status] = ['log', 'form', 'text', 'status'].map((id) => document.getElementById(id))
/** Elements of messages, by their ids and by the ids of their streams. */
const shown = new Map()
let userKey, userId, conversationId, connecting

async function call(method, path, body, accept = 'application/json') {
  const headers = { accept, ...(userKey && { 'x-user-key': userKey }) }
  if (body) headers['content-type'] = 'application/json'
  const response = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) })
  if (!response.ok) throw new Error((await response.json()).message)
  return response
}
const callJson = async (...request) => (await call(...request)).json()

async function connect() {
  const created = await callJson('POST', '/users', {})
  userKey = created.key
  userId = created.user.id
  conversationId = (await callJson('POST', '/conversations', {})).conversation.id
  await new Promise((resolve) => void listen(resolve))
}

function show(keys, author, text) {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40
  let element = keys.map((key) => shown.get(key)).find(Boolean)
  if (!element) {
    element = log.appendChild(document.createElement('p'))
    element.append(Object.assign(document.createElement('b'), { textContent: author === userId ? 'You' : 'Bot' }), '')
  }
  for (const key of keys) shown.set(key, element)
  element.lastChild.data = text
  if (isAtEnd) log.scrollTop = log.scrollHeight
}

function showMessage({ id, userId: author, payload, metadata }) {
  const mark = author === userId ? undefined : ['failed', 'stopped'].find((name) => metadata?.[name])
  const text = payload.text ?? payload.markdown ?? '[' + payload.type + ']'
  show(metadata?.streamId ? [id, metadata.streamId] : [id], author, mark ? text + ' (' + mark + ')' : text)
}

function receive({ type, data }) {
  if (type === 'message_created') showMessage(data)
  if (type === 'message_stream_delta') {
    const text = shown.get(data.streamId)?.lastChild.data ?? ''
    show([data.streamId], data.userId, text + data.delta)
  }
  if (type === 'message_stream_abort' || type === 'message_deleted') {
    shown.get(data.streamId ?? data.messageId ?? data.id)?.remove()
  }
}

/** Receives signals until the page is closed. After a lost connection, loads the messages again. */
async function listen(onReady) {
  for (;;) {
    try {
      const path = '/conversations/' + conversationId
      const response = await call('GET', path + '/listen', undefined, 'text/event-stream')
      const { messages } = await callJson('GET', path + '/messages')
      log.replaceChildren()
      shown.clear()
      for (const message of messages.reverse()) showMessage(message)
      status.textContent = ''
      onReady()
      let rest = ''
      for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
        const { done, value } = await reader.read()
        if (done) break
        const events = (rest + value).split('\\n\\n')
        rest = events.pop()
        for (const event of events) {
          const text = event.split('\\n').find((line) => line.startsWith('data: '))?.slice(6)
          if (text?.startsWith('{')) receive(JSON.parse(text))
        }
      }
    } catch {}
    status.textContent = 'The connection is lost. Reconnecting…'
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

form?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const text = input.value.trim()
  if (text === '') return
  input.value = ''
  try {
    await (connecting ??= connect())
    const { message } = await callJson('POST', '/messages', { conversationId, payload: { type: 'text', text } })
    showMessage(message)
    status.textContent = ''
  } catch (error) {
    if (!conversationId) connecting = undefined
    input.value ||= text
    status.textContent = error.message
  }
})
`
