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
  useConnection,
  useConversations,
  useEvents,
  useSignals,
  useUser,
  type ChatEvent,
  type ConversationsResult,
} from '../index.ts'

const logger = quietLogger()

test('the conversations of a user, with what is unread, as they come and go', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'first')
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  const list = createSpy<ConversationsResult>()
  function List() {
    return (
      list
        .record(useConversations())
        .conversations?.map(({ id: own, unread }) => `${own} ${unread}`)
        .join() ?? 'unknown'
    )
  }
  function Badge() {
    const { state } = useConnection()
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
  const made = await list.latest.create()
  await until(() => page.text.startsWith(`${made?.id} 0,${id} 0`))
  await list.latest.remove(made?.id ?? '')
  await until(() => page.text === `${id} 0online`)
  page.unmount()
  await until(() => server.streams === 0)

  expect(list.latest.error).toBeUndefined()
})

test('events reach the handler that there is now, by their type', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  const heard: string[] = []
  const signals: string[] = []
  function Listener({ name }: { name: string }) {
    useEvents('wave', ({ payload }: ChatEvent) => heard.push(`${name} ${String(payload['hand'])}`), id)
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
  await until(() => heard.length === 1)
  page.render(app('new'))
  await until(() => page.text === 'new')
  await wave('other', 'none')
  await wave('wave', 'right')
  await until(() => heard.length === 2)

  expect(heard).toEqual(['old left', 'new right'])
  expect(signals).toEqual(['event_created', 'event_created', 'event_created'])
  expect(server.requests.filter(({ path }) => path.endsWith('/listen'))).toHaveLength(1)
})

test('the user is as they were stored last', async () => {
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

test('what is stored of the user is what was given last, also where another change is refused', async () => {
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

test('the component that shows how the list is connected renders no more when only the list changes', async () => {
  await using server = await startTestServer({ logger })
  const { me, id, sendText: say } = await startConversation(server, 'first')
  const badge = createSpy<string>()
  function Badge() {
    return badge.record(useConnection().state)
  }
  function List() {
    const row = useConversations().conversations?.[0]
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

  const before = badge.values.length
  await say('second')
  await until(() => page.text === `${id} secondonline`)

  expect(badge.values.length).toBe(before)
})

test('a child may say what is in view before its list does, and takes it back with the list', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server, 'first')
  function Row({ show }: Pick<ConversationsResult, 'show'>) {
    useEffect(() => show([id]), [show])
    return null
  }
  function List() {
    const { conversations, show } = useConversations({ visible: [] })
    const { lastMessage } = conversations?.[0] ?? {}
    return (
      <>
        {lastMessage?.payload.type}
        <Row show={show} />
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

test('what was read is no longer unread at once, so that the next message changes the count again', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  const counts: (number | undefined)[] = []
  const list = createSpy<ConversationsResult>()
  function Reader() {
    const { conversations } = list.record(useConversations({ visible: [id] }))
    const unread = conversations?.[0]?.unread
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
