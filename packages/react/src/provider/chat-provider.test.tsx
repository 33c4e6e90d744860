import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createMemoryStorage } from '../../e2e/memory-storage.ts'
import { mount } from '../../e2e/mount.tsx'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { createSpy } from '../../e2e/spy.ts'
import { until } from '../../e2e/until.ts'
import { ChatProvider, useChat, useConversation, useUser, type ChatState } from '../index.ts'

const chat = createSpy<ChatState>()
const texts = createSpy<string>()

function Watch() {
  const { state, error } = chat.record(useChat())
  const { user } = useUser()
  return texts.record(`${state} ${error?.type ?? ''} ${user?.name ?? user?.id ?? 'nobody'}`)
}

const post = ({ method }: { method: string }): boolean => method === 'POST'

test('renders its children at once, and connects once', async () => {
  await using server = await startTestServer({ logger: quietLogger() })

  using page = mount(
    <ChatProvider url={server.url}>
      <Watch />
    </ChatProvider>,
  )
  await until(() => page.text !== '')
  expect(page.text).toBe('connecting  nobody')
  await until(() => page.text.startsWith('connected'))

  expect(page.text).toBe(`connected  ${chat.latest.user?.user.id}`)
  expect(server.requests.filter(post)).toHaveLength(1)
})

test('a visitor is made once for all tabs, and comes back', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const storage = createMemoryStorage()
  const app = (
    <ChatProvider url={server.url} storage={storage}>
      <Watch />
    </ChatProvider>
  )

  using page = mount(app)
  using other = mount(app)
  await until(() => page.text.startsWith('connected') && other.text.startsWith('connected'))
  page.unmount()
  using again = mount(app)
  await until(() => again.text.startsWith('connected'))

  expect(other.text).toBe(again.text)
  expect(server.requests.filter(post)).toHaveLength(1)
})

test('a lost network is tried again, and at once when it is asked to', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  await server.stop()

  using page = mount(
    <ChatProvider url={server.url}>
      <Watch />
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('connecting NetworkFailed'))
  await server.start()
  chat.latest.retry()
  await until(() => page.text.startsWith('connected'))

  expect(chat.latest.error).toBeUndefined()
})

test('what no retry can mend is a state, and can be tried once more', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  server.respond({ status: 403, type: 'Forbidden' }, { only: post })

  using page = mount(
    <ChatProvider url={server.url}>
      <Watch />
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('failed Forbidden'))
  chat.latest.retry()
  await until(() => page.text.startsWith('connected'))

  expect(chat.latest.error).toBeUndefined()
})

test('another user swaps everything in one render', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const bot = createChat({ url: server.url })
  const [ann, bob] = await Promise.all([bot.connect({ name: 'Ann' }), bot.connect({ name: 'Bob' })])
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
    const shown = `${state}: ${user?.name ?? 'nobody'} sees ${texts.join()}`
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
  await until(() => page.text === 'connecting: nobody sees ')

  expect(seen).toEqual(
    new Set([
      'connected: Ann sees ',
      'connected: Ann sees by Ann',
      'connected: Bob sees ',
      'connected: Bob sees by Bob',
      'connecting: nobody sees ',
    ]),
  )
  page.unmount()
  await until(() => server.streams === 0)
})

test('a key that changes is another user, at once', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const bot = createChat({ url: server.url })
  const [ann, bob] = await Promise.all([bot.connect({ name: 'Ann' }), bot.connect({ name: 'Bob' })])
  const app = (userKey: string | (() => Promise<string>)) => (
    <ChatProvider chat={bot} userKey={userKey}>
      <Watch />
    </ChatProvider>
  )

  using page = mount(app(ann.userKey))
  await until(() => page.text === 'connected  Ann')
  page.render(app(bob.userKey))
  await until(() => page.text === 'connected  Bob')
  const sinceAnn = texts.values.slice(texts.values.lastIndexOf('connected  Ann') + 1)
  expect([...new Set(sinceAnn)]).toEqual(['connecting  nobody', 'connected  Bob'])
  page.render(app(async () => ann.userKey))
  await until(() => page.text === 'connected  Ann')
  page.render(app(async () => bob.userKey))
  expect(page.text).toBe('connected  Ann')
})

test('the key of who chats now is never given for who chatted before', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  await using other = await startTestServer({ logger: quietLogger() })
  const [bot, bots] = [createChat({ url: server.url }), createChat({ url: other.url })]
  const [ann, bob] = await Promise.all([bot.connect({ name: 'Ann' }), bots.connect({ name: 'Bob' })])
  const app = (from: typeof bot, me: typeof ann) => (
    <ChatProvider chat={from} userKey={async () => me.userKey}>
      <Watch />
    </ChatProvider>
  )

  using page = mount(app(bot, ann))
  await until(() => page.text === 'connected  Ann')
  const before = chat.latest.user
  page.render(app(bots, bob))
  await until(() => page.text === 'connected  Bob')
  // Its key is refused, and it asks for another.
  server.respond({ status: 401, type: 'Unauthorized' })
  await before?.getUser()

  expect(before?.userKey).toBe(ann.userKey)
})

test.each([
  ['an undefined url', { url: undefined }],
  ['an empty url', { url: '' }],
  ['an undefined webhookId', { webhookId: undefined }],
  ['a relative url outside a page', { url: '/demo' }],
])('%s is refused at once with an error that names the option', (_, props) => {
  const app = <ChatProvider {...(props as unknown as { url: string })} />

  expect(() => renderToString(app)).toThrow(
    /^Unable to create chat; .* Give an absolute "url", or a "webhookId"\.$/,
  )
})

test('a hook without a provider says what to do', () => {
  expect(() => renderToString(<Watch />)).toThrow(/there is no <ChatProvider> above/)
})
