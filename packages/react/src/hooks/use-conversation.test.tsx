import { createChat, type Clock } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { memo } from 'react'
import { expect, test } from 'vitest'
import { createMemoryStorage } from '../../e2e/memory-storage.ts'
import { mount } from '../../e2e/mount.tsx'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { createSpy } from '../../e2e/spy.ts'
import { countRequests, startConversation, describeMessages } from '../../e2e/start-conversation.ts'
import { until } from '../../e2e/until.ts'
import {
  ChatProvider,
  useConversation,
  useMessages,
  useParticipants,
  useSend,
  useTyping,
  type ConversationResult,
} from '../index.ts'

const logger = quietLogger()

const thread = createSpy<ConversationResult>()

/** Shows the messages, and keeps what it was given. */
function Thread({ id }: { id?: string }) {
  return describeMessages(thread.record(useConversation(id)).messages)
}

test('all components share one stream, which closes by itself half a second after the last has gone', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one', 'two')
  function Others() {
    useMessages(id)
    useTyping(id)
    return null
  }

  const graces: number[] = []
  const clock: Clock = {
    now: () => Date.now(),
    after(ms, callback) {
      graces.push(ms)
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
  }
  using page = mount(
    <ChatProvider user={me} options={{ clock }}>
      <Thread id={id} />
      <Others />
    </ChatProvider>,
  )
  await until(() => page.text === 'one:sent,two:sent' && thread.latest.connection.isSynced)
  expect(server.streams).toBe(1)
  expect(countRequests(server, 'GET', '/listen')).toBe(1)
  expect(countRequests(server, 'GET', '/messages')).toBe(1)
  graces.length = 0
  page.unmount()
  await until(() => server.streams === 0)

  // How long it lets pass, and not how long a busy machine takes for it.
  expect(Math.max(...graces.filter((ms) => ms < 300_000))).toBe(500)
})

test('an own message is shown in the same tick, keeps its key, and arrives', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  using page = mount(
    <ChatProvider user={me}>
      <Thread id={id} />
    </ChatProvider>,
  )
  await until(() => page.text === 'one:sent')

  const [first] = thread.latest.messages
  const sending = thread.latest.send('two', { metadata: { by: 'hand' } })
  await Promise.resolve()
  await Promise.resolve()
  expect(page.text).toBe('one:sent,two:sending')
  const key = thread.latest.messages[1]?.key
  const message = await sending
  await until(() => page.text === 'one:sent,two:sent')

  expect(message.metadata).toMatchObject({ by: 'hand' })
  expect(thread.latest.messages[1]?.key).toBe(key)
  expect(thread.latest.messages[0]).toBe(first)
})

test('a component renders again only for what it has read', async () => {
  await using server = await startTestServer({ logger })
  const { me, id, sendText: say } = await startConversation(server, 'one')
  const [list, sender, history] = [createSpy(), createSpy(), createSpy()]
  function List() {
    const { messages } = useMessages(id)
    list.record(messages)
    return describeMessages(messages)
  }
  function Sender() {
    sender.record(useSend(id))
    return null
  }
  function History() {
    const { hasOlder, isLoadingOlder } = useConversation(id)
    history.record([hasOlder, isLoadingOlder])
    return null
  }
  using page = mount(
    <ChatProvider user={me}>
      <List />
      <Sender />
      <History />
    </ChatProvider>,
  )
  await until(() => page.text === 'one:sent')

  const before = [list, sender, history].map(({ values: all }) => all.length)
  await say('two')
  await until(() => page.text === 'one:sent,two:sent')

  // StrictMode renders twice.
  const [lists = 0, ...others] = before
  expect([list, sender, history].map(({ values: all }) => all.length)).toEqual([lists + 2, ...others])
})

test('participants are asked for where they are read, also when that is long after', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  function Names() {
    return useParticipants(id)
      .map(({ name }) => name)
      .join()
  }
  const app = (isOpen: boolean) => (
    <ChatProvider user={me}>
      <Thread id={id} />
      {isOpen && <Names />}
    </ChatProvider>
  )
  using page = mount(app(false))
  await until(() => thread.latest.connection.isSynced)
  expect(countRequests(server, 'GET', '/participants')).toBe(0)

  page.render(app(true))
  await until(() => page.text === 'Ann')
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  await until(() => page.text === 'Ann,Bob')
  expect(countRequests(server, 'GET', '/participants')).toBe(2)
})

test('a result that is read late, outside of rendering, is kept up from then on', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const reader = createSpy<ConversationResult>()
  function Reader() {
    reader.record(useConversation(id))
    return null
  }
  using _page = mount(
    <ChatProvider user={me}>
      <Reader />
    </ChatProvider>,
  )
  await until(() => reader.values.length > 0)

  expect(reader.latest.messages).toEqual([])
  await until(() => reader.latest.messages.length === 1)
})

test('loads older messages, and says while it does', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one', 'two', 'three')
  const seen = new Set<string>()
  function History() {
    const { messages, hasOlder, isLoadingOlder } = useConversation(id)
    seen.add(`${messages.length} ${hasOlder} ${isLoadingOlder}`)
    return null
  }
  using page = mount(
    <ChatProvider user={me} options={{ pageSize: 2 }}>
      <Thread id={id} />
      <History />
    </ChatProvider>,
  )
  await until(() => page.text === 'two:sent,three:sent')

  await thread.latest.loadOlder()
  await until(() => page.text === 'one:sent,two:sent,three:sent')
  await until(() => !thread.latest.hasOlder && !thread.latest.isLoadingOlder)

  expect(seen).toContain('2 true false')
  expect(seen).toContain('3 false false')
  // What belongs together is shown together.
  expect(seen).not.toContain('0 true false')
  expect(seen).not.toContain('2 false true')
})

test('what no retry can mend is the error of the conversation', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server)

  using _page = mount(
    <ChatProvider user={me}>
      <Thread id="nowhere" />
    </ChatProvider>,
  )
  await until(() => thread.latest.connection.state === 'closed')

  expect(thread.latest.error?.type).toMatch(/Forbidden|ResourceNotFound/)
})

test('without an id, nothing is made by showing it; the first send makes one, for all who send at once', async () => {
  await using server = await startTestServer({ logger })
  const me = await createChat({ url: server.url }).connect()
  const storage = createMemoryStorage()
  const posts = (): string[] =>
    server.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)
  const other = createSpy<ReturnType<typeof useSend>>()
  function Sender() {
    other.record(useSend())
    return null
  }
  using page = mount(
    <ChatProvider user={me} storage={storage}>
      <Thread />
      <Sender />
    </ChatProvider>,
  )
  await until(() => thread.latest.connection.isSynced)
  expect(thread.latest.id).toBeUndefined()
  thread.latest.discard('none')
  thread.latest.sendTyping()
  await thread.latest.loadOlder()
  await expect(thread.latest.retry('none')).rejects.toMatchObject({ type: 'ResourceNotFound' })
  expect(posts()).toEqual(['/users'])

  await Promise.all([thread.latest.send('one'), thread.latest.send('two'), other.latest.send('three')])
  await until(() => page.text === 'one:sent,two:sent,three:sent')

  expect(posts().filter((path) => path.startsWith('/conversations'))).toEqual([
    '/conversations/get-or-create',
  ])
  expect([...storage.entries.values()]).toContain(thread.latest.id)
})

test('without an id, two tabs that send first at the same time make one conversation', async () => {
  await using server = await startTestServer({ logger })
  const me = await createChat({ url: server.url }).connect()
  const storage = createMemoryStorage()
  const tabs = [createSpy<ConversationResult>(), createSpy<ConversationResult>()]
  const pages = tabs.map((tab) => {
    function Tab() {
      return describeMessages(tab.record(useConversation()).messages)
    }
    return mount(
      <ChatProvider user={{ ...me }} storage={storage}>
        <Tab />
      </ChatProvider>,
    )
  })
  await until(() => tabs.every(({ values: all }) => all.at(-1)?.connection.isSynced))

  await Promise.all(tabs.map(({ latest }, index) => latest.send(`from ${index}`)))
  await until(() => pages.every(({ text }) => text.split(',').length === 2 && !text.includes('sending')))

  const { conversations } = await me.listConversations()
  expect(conversations.map(({ id }) => id)).toEqual([tabs[0]?.latest.id])
  for (const page of pages) page.unmount()
  await until(() => server.streams === 0)
})

test('without an id, the one with the newest activity comes first, and from then on the same one', async () => {
  await using server = await startTestServer({ logger })
  const { me, id, sendText: say } = await startConversation(server, 'first')
  const { conversation } = await me.createConversation()
  await say('second')
  const storage = createMemoryStorage()
  // A user who has connected anew is another object.
  const app = () => (
    <ChatProvider user={{ ...me }} storage={storage}>
      <Thread />
    </ChatProvider>
  )

  using page = mount(app())
  await until(() => page.text === 'first:sent,second:sent')
  expect(thread.latest.id).toBe(id)
  page.unmount()
  await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text: 'newer' } })
  using again = mount(app())
  await until(() => again.text !== '')

  expect(again.text).toBe('first:sent,second:sent')
  expect(thread.latest.id).toBe(id)
})

test('without an id, one that is deleted makes place for another, or for none', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'older')
  const { conversation } = await me.createConversation()
  await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text: 'newer' } })
  using page = mount(
    <ChatProvider user={me} storage={createMemoryStorage()}>
      <Thread />
    </ChatProvider>,
  )
  await until(() => page.text === 'newer:sent')

  await me.deleteConversation({ id: conversation.id })
  await until(() => page.text === 'older:sent')
  await me.deleteConversation({ id })
  await until(() => thread.latest.id === undefined && page.text === '')
  await thread.latest.send('anew')
  await until(() => page.text === 'anew:sent')

  expect([id, conversation.id]).not.toContain(thread.latest.id)
})

test('without an id, what refuses the list to pick from is the error, and nothing waits for it', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server, 'one')
  server.respond(
    { status: 403, type: 'Forbidden' },
    { only: ({ method, path }) => method === 'GET' && path === '/conversations' },
  )
  using _page = mount(
    <ChatProvider user={me}>
      <Thread />
    </ChatProvider>,
  )
  await until(() => thread.latest.connection.state === 'closed')

  expect(thread.latest.error?.type).toBe('Forbidden')
  await expect(thread.latest.send('two')).rejects.toMatchObject({ type: 'Forbidden' })
})

test('spread, or handed to a child that is memoised, a result is kept up as well', async () => {
  await using server = await startTestServer({ logger })
  const { me, id, sendText: say } = await startConversation(server, 'one')
  const Child = memo(({ conversation }: { conversation: ConversationResult }) => {
    return <b>{describeMessages(conversation.messages)}</b>
  })
  function Parent() {
    const { send, ...rest } = useConversation(id)
    return <i>{describeMessages(rest.messages) + typeof send}</i>
  }
  function Above() {
    return <Child conversation={useConversation(id)} />
  }
  using page = mount(
    <ChatProvider user={me}>
      <Parent />
      <Above />
    </ChatProvider>,
  )

  await until(() => page.text === 'one:sentfunctionone:sent')
  await say('two')
  await until(() => page.text === 'one:sent,two:sentfunctionone:sent,two:sent')
  await say('three')
  await until(() => page.element.querySelector('b')?.textContent === 'one:sent,two:sent,three:sent')

  expect(page.element.querySelector('i')?.textContent).toBe('one:sent,two:sent,three:sentfunction')
})

test('hooks whose id changes quickly show the last one, and leave no stream behind', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'first')
  const { conversation } = await me.createConversation()
  await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text: 'second' } })
  const app = (current: string) => (
    <ChatProvider user={me}>
      <Thread id={current} />
    </ChatProvider>
  )

  using page = mount(app(id))
  for (let turn = 0; turn < 50; turn++) {
    page.render(app(turn % 2 === 0 ? conversation.id : id))
    await Promise.resolve()
  }
  page.render(app(conversation.id))
  await until(() => page.text === 'second:sent')
  page.unmount()
  await until(() => server.streams === 0)

  expect(thread.latest.id).toBe(conversation.id)
})
