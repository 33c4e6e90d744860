import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { createMemoryStorage } from '../e2e/memory-storage.ts'
import { quietLogger } from '../e2e/quiet-logger.ts'
import { countRequests, startConversation, describeMessages } from '../e2e/start-conversation.ts'
import { until } from '../e2e/until.ts'
import {
  ChatProvider,
  useChat,
  useComposer,
  useConversation,
  useConversations,
  useParticipants,
  useUser,
} from './index.ts'

const logger = quietLogger()

function App({ id }: { id?: string }) {
  const { state } = useChat()
  const { user } = useUser()
  const { messages, typing, connection } = useConversation(id)
  const { participants } = useParticipants(id)
  const { conversations } = useConversations()
  const { inputProps } = useComposer(id)
  return (
    <main>
      <p>
        {state} {user?.name} {describeMessages(messages)} {participants.length} {typing.length}
        {connection.state} {conversations.length}
      </p>
      <textarea {...inputProps} />
    </main>
  )
}

test('a server renders the initial state, and the page hydrates it without warnings', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const storage = createMemoryStorage()
  storage.setItem(`parley:${me.url}`, me.userKey)
  const app = (
    <StrictMode>
      <ChatProvider url={server.url} storage={storage}>
        <App id={id} />
      </ChatProvider>
    </StrictMode>
  )
  const consoleErrors = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  const before = server.requests.length

  const html = withoutPage(() => renderToString(app))
  expect(server.requests).toHaveLength(before)
  const element = document.body.appendChild(document.createElement('div'))
  element.innerHTML = html
  const [serverElement] = element.children
  const root = hydrateRoot(element, app, { onRecoverableError: (error) => console.error(error) })
  await until(() => element.textContent === 'connected Ann one:sent 1 0online 1')

  expect(html).toContain('connecting')
  expect(element.children[0]).toBe(serverElement)
  expect(consoleErrors.flatMap(({ mock }) => mock.calls)).toEqual([])
  expect(countRequests(server, 'POST', '/users')).toBe(1)
  expect(countRequests(server, 'GET', '/listen')).toBe(1)
  root.unmount()
  element.remove()
  await until(() => server.streams === 0)
  vi.restoreAllMocks()
})

test('a page with a connected user hydrates from the initial state, too', async () => {
  await using server = await startTestServer({ logger })
  const { id } = await startConversation(server, 'one')
  const me = await createChat({ url: server.url }).connect({ name: 'Bob' })
  const app = (
    <ChatProvider user={me}>
      <App id={id} />
    </ChatProvider>
  )
  const consoleErrors = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]

  const html = withoutPage(() => renderToString(app))
  const element = document.body.appendChild(document.createElement('div'))
  element.innerHTML = html
  const root = hydrateRoot(element, app, { onRecoverableError: (error) => console.error(error) })
  await until(() => element.textContent.includes('closed'))

  expect(html).toContain('Bob')
  expect(consoleErrors.flatMap(({ mock }) => mock.calls)).toEqual([])
  root.unmount()
  element.remove()
  vi.restoreAllMocks()
})

test('a server renders listed messages, and the page adds the messages that were created since', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one', 'two')
  const { messages } = await me.listMessages({ conversationId: id })
  const shown: string[] = []
  function Thread() {
    const text = describeMessages(useConversation(id).messages)
    if (shown.at(-1) !== text) shown.push(text)
    return <p>{text}</p>
  }
  const app = (
    <StrictMode>
      <ChatProvider url={server.url} userKey={me.userKey} initialMessages={{ [id]: messages }}>
        <Thread />
      </ChatProvider>
    </StrictMode>
  )
  const consoleErrors = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]

  const html = withoutPage(() => renderToString(app))
  await me.createMessage({ conversationId: id, payload: { type: 'text', text: 'three' } })
  const before = countRequests(server, 'GET', '/messages')
  const element = document.body.appendChild(document.createElement('div'))
  element.innerHTML = html
  const root = hydrateRoot(element, app, { onRecoverableError: (error) => console.error(error) })
  await until(() => element.textContent === 'one:sent,two:sent,three:sent')

  expect(html).toBe('<p>one:sent,two:sent</p>')
  expect(shown).toEqual(['one:sent,two:sent', 'one:sent,two:sent,three:sent'])
  expect(countRequests(server, 'GET', '/messages') - before).toBe(1)
  expect(consoleErrors.flatMap(({ mock }) => mock.calls)).toEqual([])
  root.unmount()
  element.remove()
  await until(() => server.streams === 0)
  vi.restoreAllMocks()
})

/** Runs a function without the globals of a page, as on a server. */
function withoutPage<T>(work: () => T): T {
  const { window, document, requestAnimationFrame } = globalThis
  const scope = globalThis as Record<string, unknown>
  for (const name of ['window', 'document', 'requestAnimationFrame']) delete scope[name]
  try {
    return work()
  } finally {
    Object.assign(globalThis, { window, document, requestAnimationFrame })
  }
}

test('with a key string, the first rendered messages tell whether they are own', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const { messages } = await me.listMessages({ conversationId: id })
  const seen: unknown[] = []
  function Ownership() {
    const { messages: shown, connection } = useConversation(id)
    seen.push(...shown.map(({ isOwn }) => isOwn))
    return `${shown.map(({ isOwn }) => isOwn).join()} ${connection.state}`
  }
  const app = (
    <ChatProvider url={server.url} userKey={me.userKey} initialMessages={{ [id]: messages }}>
      <Ownership />
    </ChatProvider>
  )

  const html = withoutPage(() => renderToString(app))
  const element = document.body.appendChild(document.createElement('div'))
  element.innerHTML = html
  const root = hydrateRoot(element, app)
  await until(() => element.textContent === 'true online')

  expect(html).toContain('true')
  expect(new Set(seen)).toEqual(new Set([true]))
  root.unmount()
  element.remove()
})
