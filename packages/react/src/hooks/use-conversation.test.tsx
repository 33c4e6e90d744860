import { createChat, type Clock } from '@parley/core'
import { defineBot } from '@parley/server'
import { startTestServer } from '@parley/server/testing'
import { memo } from 'react'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../../core/e2e/fake-clock.ts'
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

/** Renders the messages, and records the result of the hook. */
function Thread({ id }: { id?: string }) {
  return describeMessages(thread.record(useConversation(id)).messages)
}

test('all components share one stream, which closes half a second after the last one unmounts', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one', 'two')
  function OtherComponents() {
    useMessages(id)
    useTyping(id)
    return null
  }

  const delays: number[] = []
  const clock: Clock = {
    now: () => Date.now(),
    after(ms, callback) {
      delays.push(ms)
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
  }
  using page = mount(
    <ChatProvider user={me} options={{ clock }}>
      <Thread id={id} />
      <OtherComponents />
    </ChatProvider>,
  )
  await until(() => page.text === 'one:sent,two:sent' && thread.latest.connection.isSynced)
  expect(server.streams).toBe(1)
  expect(countRequests(server, 'GET', '/listen')).toBe(1)
  expect(countRequests(server, 'GET', '/messages')).toBe(1)
  delays.length = 0
  page.unmount()
  await until(() => server.streams === 0)

  // Asserts the requested delay, because the elapsed time depends on the machine.
  expect(Math.max(...delays.filter((ms) => ms < 300_000))).toBe(500)
})

test('an own message is shown in the same tick, keeps its key, and is sent', async () => {
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

test('a component rerenders only for properties that it has read', async () => {
  await using server = await startTestServer({ logger })
  const { me, id, sendText } = await startConversation(server, 'one')
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

  const countsBefore = [list, sender, history].map(({ values }) => values.length)
  await sendText('two')
  await until(() => page.text === 'one:sent,two:sent')

  // StrictMode renders twice.
  const [listCount = 0, ...otherCounts] = countsBefore
  expect([list, sender, history].map(({ values }) => values.length)).toEqual([listCount + 2, ...otherCounts])
})

test('participants are fetched only by useParticipants, even long after the first render', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  function Names() {
    const { participants, isLoading } = useParticipants(id)
    return `${isLoading} ${participants.map(({ name }) => name).join()}`
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
  await until(() => page.text === 'false Ann')
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  await until(() => page.text === 'false Ann,Bob')
  expect(countRequests(server, 'GET', '/participants')).toBe(2)
})

test('a property that is first read outside of rendering is kept up to date from then on', async () => {
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

test('loads older messages, and isLoadingOlder is true meanwhile', async () => {
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
  // State that belongs together changes in one render.
  expect(seen).not.toContain('0 true false')
  expect(seen).not.toContain('2 false true')
})

test('a permanent error is returned as the error of the conversation', async () => {
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

test('without an id, rendering creates nothing; concurrent first sends create one conversation', async () => {
  await using server = await startTestServer({ logger })
  const me = await createChat({ url: server.url }).connect()
  const storage = createMemoryStorage()
  const posts = (): string[] =>
    server.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)
  const otherSender = createSpy<ReturnType<typeof useSend>>()
  function Sender() {
    otherSender.record(useSend())
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

  await Promise.all([thread.latest.send('one'), thread.latest.send('two'), otherSender.latest.send('three')])
  await until(() => page.text === 'one:sent,two:sent,three:sent')

  expect(posts().filter((path) => path.startsWith('/conversations'))).toEqual([
    '/conversations/get-or-create',
  ])
  expect([...storage.entries.values()].map((text) => JSON.parse(text) as unknown)).toContainEqual({
    version: 1,
    value: thread.latest.id,
  })
})

test.each(['planned', '{"version":1,"value":"planned"}'])(
  'a conversation that was planned before a reload is created with its id, from both stored formats: %s',
  async (stored) => {
    await using server = await startTestServer({ logger })
    const me = await createChat({ url: server.url }).connect()
    const storage = createMemoryStorage()
    const name = `parley:conversation:${me.url}:${me.user.id}`
    storage.setItem(`${name}:new`, stored)
    using page = mount(
      <ChatProvider user={me} storage={storage}>
        <Thread />
      </ChatProvider>,
    )
    await until(() => thread.latest.connection.isSynced)

    const message = await thread.latest.send('one')
    await until(() => page.text === 'one:sent')

    expect(message.conversationId).toBe('planned')
    await until(() => !storage.entries.has(`${name}:new`))
    expect(storage.entries.get(name)).toBe('{"version":1,"value":"planned"}')
  },
)

test('without an id, concurrent first sends of two tabs create one conversation', async () => {
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
  await until(() => tabs.every(({ values }) => values.at(-1)?.connection.isSynced))

  await Promise.all(tabs.map(({ latest }, index) => latest.send(`from ${index}`)))
  await until(() => pages.every(({ text }) => text.split(',').length === 2 && !text.includes('sending')))

  const { conversations } = await me.listConversations()
  expect(conversations.map(({ id }) => id)).toEqual([tabs[0]?.latest.id])
  for (const page of pages) page.unmount()
  await until(() => server.streams === 0)
})

test('without an id, the conversation with the newest activity becomes current, and stays current', async () => {
  await using server = await startTestServer({ logger })
  const { me, id, sendText } = await startConversation(server, 'first')
  const { conversation } = await me.createConversation()
  await sendText('second')
  const storage = createMemoryStorage()
  // A user who reconnects is a new object.
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
  using reloaded = mount(app())
  await until(() => reloaded.text !== '')

  expect(reloaded.text).toBe('first:sent,second:sent')
  expect(thread.latest.id).toBe(id)
})

test('without an id, a deleted current conversation is replaced by the next one, or by none', async () => {
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
  await thread.latest.send('new')
  await until(() => page.text === 'new:sent')

  expect([id, conversation.id]).not.toContain(thread.latest.id)
})

test('without an id, a rejected list request is the error, and send rejects with it', async () => {
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

test('a result that is spread, or passed to a memoized child, is kept up to date', async () => {
  await using server = await startTestServer({ logger })
  const { me, id, sendText } = await startConversation(server, 'one')
  const Child = memo(({ conversation }: { conversation: ConversationResult }) => {
    return <b>{describeMessages(conversation.messages)}</b>
  })
  function Parent() {
    const { send, ...rest } = useConversation(id)
    return <i>{describeMessages(rest.messages) + typeof send}</i>
  }
  function Grandparent() {
    return <Child conversation={useConversation(id)} />
  }
  using page = mount(
    <ChatProvider user={me}>
      <Parent />
      <Grandparent />
    </ChatProvider>,
  )

  await until(() => page.text === 'one:sentfunctionone:sent')
  await sendText('two')
  await until(() => page.text === 'one:sent,two:sentfunctionone:sent,two:sent')
  await sendText('three')
  await until(() => page.element.querySelector('b')?.textContent === 'one:sent,two:sent,three:sent')

  expect(page.element.querySelector('i')?.textContent).toBe('one:sent,two:sent,three:sentfunction')
})

test('hooks whose id changes rapidly show the last conversation, and leave no stream open', async () => {
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
  for (let count = 0; count < 50; count++) {
    page.render(app(count % 2 === 0 ? conversation.id : id))
    await Promise.resolve()
  }
  page.render(app(conversation.id))
  await until(() => page.text === 'second:sent')
  page.unmount()
  await until(() => server.streams === 0)

  expect(thread.latest.id).toBe(conversation.id)
})

test('isAnswering is true while a message of the bot streams, and stop ends it', async () => {
  const bot = defineBot({
    onMessage: async ({ signal, stream }) => {
      stream().write('Once upon')
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
    },
  })
  await using server = await startTestServer({ bot, logger })
  const { me, id } = await startConversation(server)
  function Answer() {
    const { isAnswering, messages } = useConversation(id)
    return `${isAnswering} ${describeMessages(messages)}`
  }
  const sender = createSpy<ReturnType<typeof useSend>>()
  function Sender() {
    sender.record(useSend(id))
    return null
  }
  using page = mount(
    <ChatProvider user={me}>
      <Answer />
      <Sender />
    </ChatProvider>,
  )
  await until(() => sender.values.length > 0)
  await sender.latest.send('tell')
  await until(() => page.text === 'true tell:sent,Once upon:streaming')

  await sender.latest.stop()

  await until(() => page.text.startsWith('false'))
  expect(page.text).toBe('false tell:sent,Once upon:sent')
})

test('loading, empty and error are three states', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  const seen: string[] = []
  function States({ id: own }: { id: string }) {
    const { messages, isLoading, error } = useConversation(own)
    const text = `${messages.length} ${isLoading} ${error ? 'error' : 'no error'}`
    if (seen.at(-1) !== text) seen.push(text)
    return text
  }
  const app = (shown: string) => (
    <ChatProvider user={me}>
      <States key={shown} id={shown} />
    </ChatProvider>
  )

  using page = mount(app(id))
  await until(() => page.text === '0 false no error')
  page.render(app('nowhere'))
  await until(() => page.text === '0 false error')

  expect(seen).toEqual(['0 true no error', '0 false no error', '0 true no error', '0 false error'])
})

test('a failed loadOlder is loadOlderError, and the next one resets it', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one', 'two', 'three')
  using page = mount(
    <ChatProvider user={me} options={{ pageSize: 2 }}>
      <Thread id={id} />
    </ChatProvider>,
  )
  await until(() => page.text === 'two:sent,three:sent')
  server.respond(
    { status: 403, type: 'Forbidden' },
    { only: ({ method, path }) => method === 'GET' && path.endsWith('/messages') },
  )

  await expect(thread.latest.loadOlder()).rejects.toMatchObject({ type: 'Forbidden' })
  await until(() => thread.latest.loadOlderError !== undefined)
  const { loadOlderError, error, connection } = thread.latest
  expect([loadOlderError?.type, error, connection.state]).toEqual(['Forbidden', undefined, 'online'])
  await thread.latest.loadOlder()
  await until(() => page.text === 'one:sent,two:sent,three:sent')

  await until(() => thread.latest.loadOlderError === undefined)
  expect(thread.latest.hasOlder).toBe(false)
})

test('messages tell whose they are, and an own message can be deleted', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'mine')
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  await bob.createMessage({ conversationId: id, payload: { type: 'text', text: 'his' } })
  function Senders() {
    const { messages } = useMessages(id)
    const { participants } = useParticipants(id)
    return (
      <p>
        {participants.length} {messages.map(({ isOwn, sender }) => `${isOwn} ${sender?.name}`).join()}
      </p>
    )
  }
  using page = mount(
    <ChatProvider user={me}>
      <Senders />
      <Thread id={id} />
    </ChatProvider>,
  )
  const text = () => page.element.querySelector('p')?.textContent
  await until(() => text() === '2 true Ann,false Bob')

  const own = thread.latest.messages[0]
  await thread.latest.deleteMessage(own?.status === 'sent' ? own.id : '')
  await until(() => text() === '2 false Bob')

  await expect(thread.latest.deleteMessage('nowhere')).rejects.toMatchObject({ name: 'ChatError' })
})

test('leaving a conversation closes it, with the reason as its error', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  using page = mount(
    <ChatProvider user={bob}>
      <Thread id={id} />
    </ChatProvider>,
  )
  await until(() => page.text === 'one:sent' && thread.latest.connection.isSynced)

  await thread.latest.leave()
  await until(() => thread.latest.error !== undefined)

  expect([thread.latest.error?.type, thread.latest.connection.state]).toEqual(['Forbidden', 'closed'])
})

test('actions without a connected or connecting user reject', async () => {
  using _page = mount(
    <ChatProvider user={null}>
      <Thread id="c1" />
    </ChatProvider>,
  )
  await until(() => thread.latest.connection.state === 'connecting')

  const { send, stop, loadOlder, sendEvent, deleteMessage, leave } = thread.latest
  for (const action of [send('one'), stop(), loadOlder(), sendEvent({}), deleteMessage('m1'), leave()])
    await expect(action).rejects.toMatchObject({ type: 'Unavailable' })
})

test('a conversation that no component uses keeps its messages for gcTimeMs', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'one')
  const clock = createFakeClock()
  const seen: string[] = []
  function Messages() {
    const { messages, isLoading } = useConversation(id)
    const text = `${messages.length} ${isLoading}`
    if (seen.at(-1) !== text) seen.push(text)
    return text
  }
  const app = (isOpen: boolean) => (
    <ChatProvider user={me} gcTimeMs={7_000} options={{ clock }}>
      {isOpen && <Messages />}
    </ChatProvider>
  )
  async function visit(): Promise<void> {
    page.render(app(true))
    // The state that was kept is displayed before the component subscribes, which cancels the wait.
    await until(() => page.text === '1 false' && !clock.waits.includes(7_000))
    page.render(app(false))
    await until(() => clock.waits.includes(7_000))
  }
  using page = mount(app(true))
  await visit()
  seen.length = 0

  await visit()
  expect(seen).toEqual(['1 false'])
  clock.advance(7_000)
  await visit()

  expect(seen).toEqual(['1 false', '0 true', '1 false'])
})
