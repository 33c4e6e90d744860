import { createChat } from '@parley/core'
import { sessionOf } from '@parley/rx/session'
import { startTestServer } from '@parley/server/testing'
import { Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { TestErrorBoundary, mount } from '../../e2e/mount.tsx'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { createSpy } from '../../e2e/spy.ts'
import { countRequests, startConversation, describeMessages } from '../../e2e/start-conversation.ts'
import { until } from '../../e2e/until.ts'
import { ChatProvider } from '../index.ts'
import { useConversation, useConversations, useParticipants, useUser } from './index.ts'

const logger = quietLogger()

test('suspends until data is loaded, and opens one stream', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const seen = new Set<string>()
  function Thread() {
    const { user } = useUser()
    const { messages } = useConversation(id)
    const { conversations } = useConversations()
    const shown = `${user.name} ${describeMessages(messages)} ${conversations.length}`
    seen.add(shown)
    return shown
  }
  const chat = createChat({ url: server.url })

  using page = mount(
    <ChatProvider chat={chat} userKey={me.userKey}>
      <Suspense fallback="wait">
        <Thread />
      </Suspense>
    </ChatProvider>,
  )
  await until(() => page.text === 'wait')
  await until(() => page.text === 'Ann one:sent 1')

  expect(seen).toEqual(new Set(['Ann one:sent 1']))
  expect(countRequests(server, 'GET', '/listen')).toBe(1)
  page.unmount()
  await until(() => server.streams === 0)
})

test('suspends until a user is connected', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server)
  function Name() {
    return useUser().user.name ?? ''
  }
  const app = (user: typeof me | null) => (
    <ChatProvider user={user}>
      <Suspense fallback="wait">
        <Name />
      </Suspense>
    </ChatProvider>
  )

  using page = mount(app(null))
  await until(() => page.text === 'wait')
  page.render(app(me))
  await until(() => page.text === 'Ann')

  expect(server.streams).toBe(0)
})

test.each([
  ['the error of a missing conversation', 'nowhere', undefined, /Forbidden|ResourceNotFound/],
  ['the error of a rejected key', undefined, 'bad', /Unauthorized/],
])('%s is thrown to the error boundary', async (_, id, userKey, type) => {
  await using server = await startTestServer({ logger })
  const chat = createChat({ url: server.url })
  vi.spyOn(console, 'error').mockImplementation(() => {})
  function Thread() {
    return describeMessages(useConversation(id).messages)
  }

  using page = mount(
    <ChatProvider chat={chat} userKey={userKey}>
      <TestErrorBoundary>
        <Suspense fallback="wait">
          <Thread />
        </Suspense>
      </TestErrorBoundary>
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('caught'))

  expect(page.text).toMatch(type)
  vi.restoreAllMocks()
})

test('resetting the error boundary retries', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  vi.spyOn(console, 'error').mockImplementation(() => {})
  function Thread() {
    return describeMessages(useConversation(id).messages)
  }
  const app = (attempt: number) => (
    <ChatProvider user={bob}>
      <TestErrorBoundary key={attempt}>
        <Suspense fallback="wait">
          <Thread />
        </Suspense>
      </TestErrorBoundary>
    </ChatProvider>
  )
  using page = mount(app(0))
  await until(() => page.text.startsWith('caught Forbidden'))

  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  let attempt = 0
  await until(() => {
    page.render(app(++attempt))
    return !page.text.startsWith('caught') && page.text !== 'wait'
  })

  expect(page.text).toBe('one:sent')
  vi.restoreAllMocks()
})

test('a server renders the fallback', async () => {
  const { document } = globalThis
  function Name() {
    return useUser().user.id
  }
  Reflect.deleteProperty(globalThis, 'document')
  const html = renderToString(
    <ChatProvider url="http://127.0.0.1:9/demo">
      <Suspense fallback="wait">
        <Name />
      </Suspense>
    </ChatProvider>,
  )
  Object.assign(globalThis, { document })

  expect(html).toContain('wait')
})

test('returning to a conversation whose state was released suspends again', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const seen = createSpy<string>()
  function Page() {
    const { messages } = useConversation(id)
    const { participants } = useParticipants(id)
    return seen.record(`${messages.length} ${participants.length}`)
  }
  const app = (isOpen: boolean) => (
    <ChatProvider user={me} gcTimeMs={0} options={{ disconnectDelayMs: 0 }}>
      <Suspense fallback="loading">{isOpen && <Page />}</Suspense>
    </ChatProvider>
  )
  using page = mount(app(true))
  await until(() => page.text === '1 1')
  const released = new Promise((resolve) => sessionOf(me).released$.subscribe(resolve))

  page.render(app(false))
  await released
  page.render(app(true))
  await until(() => page.text === '1 1')

  expect(new Set(seen.values)).toEqual(new Set(['1 1']))
})
