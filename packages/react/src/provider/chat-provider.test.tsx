import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import type { ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createMemoryStorage } from '../../e2e/memory-storage.ts'
import { mount } from '../../e2e/mount.tsx'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { createSpy } from '../../e2e/spy.ts'
import { startConversation } from '../../e2e/start-conversation.ts'
import { until } from '../../e2e/until.ts'
import {
  ChatProvider,
  useChat,
  useConversation,
  useMessages,
  useUser,
  type ChatState,
  type UserResult,
} from '../index.ts'

const chat = createSpy<ChatState>()
const texts = createSpy<string>()

function Status() {
  const { state, error } = chat.record(useChat())
  const { user } = useUser()
  return texts.record(`${state} ${error?.type ?? ''} ${user?.name ?? user?.id ?? 'no user'}`)
}

const post = ({ method }: { method: string }): boolean => method === 'POST'

test('renders its children immediately, and connects once', async () => {
  await using server = await startTestServer({ logger: quietLogger() })

  using page = mount(
    <ChatProvider url={server.url}>
      <Status />
    </ChatProvider>,
  )
  await until(() => page.text !== '')
  expect(page.text).toBe('connecting  no user')
  await until(() => page.text.startsWith('connected'))

  expect(page.text).toBe(`connected  ${chat.latest.user?.user.id}`)
  expect(server.requests.filter(post)).toHaveLength(1)
})

test('a guest is created once for all tabs, and restored by the next page', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const storage = createMemoryStorage()
  const app = (
    <ChatProvider url={server.url} storage={storage}>
      <Status />
    </ChatProvider>
  )

  using page = mount(app)
  using otherPage = mount(app)
  await until(() => page.text.startsWith('connected') && otherPage.text.startsWith('connected'))
  page.unmount()
  using nextPage = mount(app)
  await until(() => nextPage.text.startsWith('connected'))

  expect(otherPage.text).toBe(nextPage.text)
  expect(server.requests.filter(post)).toHaveLength(1)
})

test('a network failure is retried, and retry() reconnects immediately', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  await server.stop()

  using page = mount(
    <ChatProvider url={server.url}>
      <Status />
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('connecting NetworkFailed'))
  await server.start()
  chat.latest.retry()
  await until(() => page.text.startsWith('connected'))

  expect(chat.latest.error).toBeUndefined()
})

test('a permanent error is the state failed, and retry() connects again', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  server.respond({ status: 403, type: 'Forbidden' }, { only: post })

  using page = mount(
    <ChatProvider url={server.url}>
      <Status />
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('failed Forbidden'))
  chat.latest.retry()
  await until(() => page.text.startsWith('connected'))

  expect(chat.latest.error).toBeUndefined()
})

test('a different user replaces everything in one render', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const chatClient = createChat({ url: server.url })
  const [ann, bob] = await Promise.all([
    chatClient.connect({ name: 'Ann' }),
    chatClient.connect({ name: 'Bob' }),
  ])
  for (const me of [ann, bob]) {
    const { conversation } = await me.createConversation()
    await me.createMessage({
      conversationId: conversation.id,
      payload: { type: 'text', text: `by ${me.user.name}` },
    })
  }
  const seen = new Set<string>()
  function Thread() {
    const { messages } = useConversation()
    const { user } = useUser()
    const { state } = useChat()
    const texts = messages.map(({ payload }) => (payload.type === 'text' ? payload.text : ''))
    const shown = `${state}: ${user?.name ?? 'no user'} sees ${texts.join()}`
    seen.add(shown)
    return shown
  }
  const app = (user: typeof ann | null) => (
    <ChatProvider user={user}>
      <Thread />
    </ChatProvider>
  )

  using page = mount(app(ann))
  await until(() => page.text === 'connected: Ann sees by Ann')
  page.render(app(bob))
  await until(() => page.text === 'connected: Bob sees by Bob')
  page.render(app(null))
  await until(() => page.text === 'connecting: no user sees ')

  expect(seen).toEqual(
    new Set([
      'connected: Ann sees ',
      'connected: Ann sees by Ann',
      'connected: Bob sees ',
      'connected: Bob sees by Bob',
      'connecting: no user sees ',
    ]),
  )
  page.unmount()
  await until(() => server.streams === 0)
})

test('a different key string connects a different user immediately', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const chatClient = createChat({ url: server.url })
  const [ann, bob] = await Promise.all([
    chatClient.connect({ name: 'Ann' }),
    chatClient.connect({ name: 'Bob' }),
  ])
  const app = (userKey: string | (() => Promise<string>)) => (
    <ChatProvider chat={chatClient} userKey={userKey}>
      <Status />
    </ChatProvider>
  )

  using page = mount(app(ann.userKey))
  await until(() => page.text === 'connected  Ann')
  page.render(app(bob.userKey))
  await until(() => page.text === 'connected  Bob')
  const sinceAnn = texts.values.slice(texts.values.lastIndexOf('connected  Ann') + 1)
  expect([...new Set(sinceAnn)]).toEqual(['connecting  no user', 'connected  Bob'])
  page.render(app(async () => ann.userKey))
  await until(() => page.text === 'connected  Ann')
  page.render(app(async () => bob.userKey))
  expect(page.text).toBe('connected  Ann')
})

test('a newer userKey function never serves the previous user', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  await using otherServer = await startTestServer({ logger: quietLogger() })
  const [annChat, bobChat] = [createChat({ url: server.url }), createChat({ url: otherServer.url })]
  const [ann, bob] = await Promise.all([annChat.connect({ name: 'Ann' }), bobChat.connect({ name: 'Bob' })])
  const app = (connectionChat: typeof annChat, me: typeof ann) => (
    <ChatProvider chat={connectionChat} userKey={async () => me.userKey}>
      <Status />
    </ChatProvider>
  )

  using page = mount(app(annChat, ann))
  await until(() => page.text === 'connected  Ann')
  const previousUser = chat.latest.user
  page.render(app(bobChat, bob))
  await until(() => page.text === 'connected  Bob')
  // The server rejects the key, so the client requests another one.
  server.respond({ status: 401, type: 'Unauthorized' })
  await previousUser?.getUser()

  expect(previousUser?.userKey).toBe(ann.userKey)
})

test.each([
  ['an undefined url', { url: undefined }],
  ['an empty url', { url: '' }],
  ['an undefined webhookId', { webhookId: undefined }],
  ['a relative url outside a page', { url: '/demo' }],
])('%s throws an error that names the option', (_, props) => {
  const app = <ChatProvider {...(props as unknown as { url: string })} />

  expect(() => renderToString(app)).toThrow(
    /^Unable to create the chat; .* Pass an absolute "url" or a "webhookId"\.$/,
  )
})

test('a hook without a provider throws an error that says what to do', () => {
  expect(() => renderToString(<Status />)).toThrow(/there is no <ChatProvider> above/)
})

test('a chat that is created in each render connects once', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const app = (): ReactNode => (
    <ChatProvider chat={createChat({ url: server.url })}>
      <Status />
    </ChatProvider>
  )
  using page = mount(app())
  await until(() => page.text.startsWith('connected'))
  const { text } = page

  flushSync(() => page.render(app()))

  expect(page.text).toBe(text)
  expect(server.requests.filter(post)).toHaveLength(1)
})

test('after update(), the messages of the user have the new name', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const { me, id } = await startConversation(server, 'one')
  const user = createSpy<UserResult>()
  function Names() {
    user.record(useUser())
    return useMessages(id).messages.map(({ sender }) => sender?.name ?? '')
  }
  using page = mount(
    <ChatProvider user={me}>
      <Names />
    </ChatProvider>,
  )
  await until(() => page.text === 'Ann')

  await user.latest.update({ name: 'Ada' })
  await until(() => page.text !== 'Ann')

  expect(page.text).toBe('Ada')
})
