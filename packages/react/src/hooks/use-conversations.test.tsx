import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { useEffect } from 'react'
import { expect, test } from 'vitest'
import { mount } from '../../e2e/mount.tsx'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { createSpy } from '../../e2e/spy.ts'
import { startConversation } from '../../e2e/start-conversation.ts'
import { until } from '../../e2e/until.ts'
import {
  ChatProvider,
  useInboxConnection,
  useConnection,
  useConversations,
  useEvents,
  useSignals,
  useUser,
  type ChatEvent,
  type ConversationsResult,
  type UserResult,
} from '../index.ts'

const logger = quietLogger()

test('the list shows unread counts, and updates when conversations are created and removed', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'first')
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  const list = createSpy<ConversationsResult>()
  function List() {
    return (
      list
        .record(useConversations())
        .conversations.map(({ id: own, unread }) => `${own} ${unread}`)
        .join() ?? 'unknown'
    )
  }
  function Badge() {
    const { state } = useInboxConnection()
    return <i>{state}</i>
  }
  using page = mount(
    <ChatProvider user={me}>
      <List />
      <Badge />
    </ChatProvider>,
  )
  await until(() => page.text === `${id} 0online`)

  await bob.createMessage({ conversationId: id, payload: { type: 'text', text: 'hey' } })
  await until(() => page.text === `${id} 1online`)
  list.latest.markRead(id)
  await until(() => page.text === `${id} 0online`)
  const created = await list.latest.create()
  await until(() => page.text.startsWith(`${created?.id} 0,${id} 0`))
  await list.latest.remove(created?.id ?? '')
  await until(() => page.text === `${id} 0online`)
  page.unmount()
  await until(() => server.streams === 0)

  expect(list.latest.error).toBeUndefined()
})

test('the list is loading, empty or failed, and useConnection is that of the current conversation', async () => {
  await using server = await startTestServer({ logger })
  const me = await createChat({ url: server.url }).connect()
  const list = createSpy<ConversationsResult>()
  function List() {
    const { conversations, isLoading, error } = list.record(useConversations())
    const { isSynced } = useConnection()
    return `${conversations.length} ${isLoading} ${error?.type} ${isSynced}`
  }
  const app = (user: typeof me) => (
    <ChatProvider user={user}>
      <List />
    </ChatProvider>
  )

  using page = mount(app(me))
  expect(page.text).toBe('0 true undefined false')
  await until(() => page.text === '0 false undefined true')
  server.respond(
    { status: 403, type: 'Forbidden' },
    { only: ({ method, path }) => method === 'GET' && path === '/conversations' },
  )
  page.render(app({ ...me }))
  await until(() => page.text.includes('Forbidden'))

  expect(page.text).toBe('0 false Forbidden false')
})

test('before the user is connected, creating a conversation waits', async () => {
  await using server = await startTestServer({ logger })
  const list = createSpy<ConversationsResult>()
  function List() {
    return list.record(useConversations()).conversations.map(({ id }) => id)
  }
  using page = mount(
    <ChatProvider url={server.url}>
      <List />
    </ChatProvider>,
  )

  const { id } = await list.latest.create()
  await until(() => page.text === id)

  expect(list.latest.isLoading).toBe(false)
})

test('events of the given type reach the handler of the latest render', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  const received: string[] = []
  const signals: string[] = []
  function Listener({ name }: { name: string }) {
    useEvents('wave', ({ payload }: ChatEvent) => received.push(`${name} ${String(payload['hand'])}`), id)
    useSignals(({ type }) => signals.push(type), id)
    return name
  }
  const app = (name: string) => (
    <ChatProvider user={me}>
      <Listener name={name} />
    </ChatProvider>
  )
  const wave = (type: string, hand: string) => me.createEvent({ conversationId: id, payload: { type, hand } })
  using page = mount(app('old'))
  await until(() => server.streams === 1)

  await wave('wave', 'left')
  await until(() => received.length === 1)
  page.render(app('new'))
  await until(() => page.text === 'new')
  await wave('other', 'none')
  await wave('wave', 'right')
  await until(() => received.length === 2)

  expect(received).toEqual(['old left', 'new right'])
  expect(signals).toEqual(['event_created', 'event_created', 'event_created'])
  expect(server.requests.filter(({ path }) => path.endsWith('/listen'))).toHaveLength(1)
})

test('the user is the last stored profile', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server)
  const name = createSpy<ReturnType<typeof useUser>>()
  function Name() {
    const { user, isUpdating, error } = name.record(useUser())
    return `${user?.name} ${isUpdating} ${error?.type}`
  }
  using page = mount(
    <ChatProvider user={me}>
      <Name />
      <Name />
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('Ann'))

  server.respond({ status: 413, type: 'PayloadTooLarge' }, { only: ({ method }) => method === 'PUT' })
  await expect(name.latest.update({ name: 'Anna' })).rejects.toMatchObject({ type: 'PayloadTooLarge' })
  await until(() => page.text === 'Ann false PayloadTooLargeAnn false PayloadTooLarge')
  await name.latest.update({ name: 'Anna' })
  await until(() => page.text === 'Anna false undefinedAnna false undefined')

  expect(me.user.name).toBe('Ann')
})

test('the last accepted update is kept if a later one is rejected', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server)
  const profile = createSpy<ReturnType<typeof useUser>>()
  function Name() {
    const { user, isUpdating, error } = profile.record(useUser())
    return `${user?.name} ${isUpdating} ${error?.type}`
  }
  using page = mount(
    <ChatProvider user={me}>
      <Name />
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('Ann'))
  let puts = 0
  server.respond(
    { status: 413, type: 'PayloadTooLarge' },
    { only: ({ method }) => method === 'PUT' && ++puts === 2 },
  )

  const { update } = profile.latest
  await Promise.allSettled([update({ name: 'Anna' }), update({ name: 'A'.repeat(99) })])
  await until(() => !profile.latest.isUpdating)

  expect(page.text).toBe('Anna false PayloadTooLarge')
})

test('a component that shows only the connection of the list does not rerender when the list changes', async () => {
  await using server = await startTestServer({ logger })
  const { me, id, sendText } = await startConversation(server, 'first')
  const badge = createSpy<string>()
  function Badge() {
    return badge.record(useInboxConnection().state)
  }
  function List() {
    const row = useConversations().conversations[0]
    const text = row?.lastMessage?.payload.type === 'text' ? row.lastMessage.payload.text : 'none'
    return `${row?.id} ${text}`
  }
  using page = mount(
    <ChatProvider user={me}>
      <List />
      <Badge />
    </ChatProvider>,
  )
  await until(() => page.text === `${id} firstonline`)

  const countBefore = badge.values.length
  await sendText('second')
  await until(() => page.text === `${id} secondonline`)

  expect(badge.values.length).toBe(countBefore)
})

test('a child’s effect can set the visible conversations before the effects of its list run', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'first')
  function Row({ setVisible }: Pick<ConversationsResult, 'setVisible'>) {
    useEffect(() => setVisible([id]), [setVisible])
    return null
  }
  function List() {
    const { conversations, setVisible } = useConversations({ visible: [] })
    const { lastMessage } = conversations[0] ?? {}
    return (
      <>
        {lastMessage?.payload.type}
        <Row setVisible={setVisible} />
      </>
    )
  }
  using page = mount(
    <ChatProvider user={me}>
      <List />
    </ChatProvider>,
  )

  await until(() => page.text !== '')

  expect(page.text).toBe('text')
})

test('markRead resets the unread count immediately, so that the next message changes it again', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  const counts: (number | undefined)[] = []
  const list = createSpy<ConversationsResult>()
  function Reader() {
    const { conversations } = list.record(useConversations({ visible: [id] }))
    const unread = conversations[0]?.unread
    useEffect(() => {
      counts.push(unread)
    }, [unread])
    return `${unread}`
  }
  using page = mount(
    <ChatProvider user={me}>
      <Reader />
    </ChatProvider>,
  )
  await until(() => page.text === '0')
  await bob.createMessage({ conversationId: id, payload: { type: 'text', text: 'hey' } })
  await until(() => page.text === '1')

  list.latest.markRead(id)
  await Promise.resolve()
  await Promise.resolve()

  expect(page.text).toBe('0')
  expect(counts.at(-1)).toBe(0)
})

test('a component rerenders only for the properties of a list or user that it has read', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server, 'one')
  const lists = createSpy<number>()
  const names = createSpy<string>()
  const users = createSpy<UserResult>()
  function List() {
    const { conversations } = useConversations()
    return lists.record(conversations.filter(({ lastMessage }) => lastMessage).length)
  }
  function Name() {
    return names.record(useUser().user?.name ?? '')
  }
  function Status() {
    users.record(useUser())
    return ` ${useInboxConnection().state}`
  }
  using page = mount(
    <ChatProvider user={me}>
      <List />
      <Name />
      <Status />
    </ChatProvider>,
  )
  await until(() => page.text === '1Ann online')
  const before = [lists.values.length, names.values.length]

  await server.stop()
  await until(() => !page.text.endsWith('online'))
  await server.start()
  server.respond({ status: 403, type: 'Forbidden' }, { only: ({ method }) => method === 'PUT' })
  // Not awaited: `error` contains the reason.
  void users.latest.update({ name: 'Anna' })
  await until(() => users.latest.error?.type === 'Forbidden')

  expect([lists.values.length, names.values.length]).toEqual(before)
})
