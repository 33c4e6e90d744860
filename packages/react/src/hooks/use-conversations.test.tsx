import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { mount } from '../../e2e/mount.tsx'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { startTalk } from '../../e2e/say.ts'
import { createSpy } from '../../e2e/spy.ts'
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
  const { me, id } = await startTalk(server, 'first')
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  await me.addParticipant({ conversationId: id, userId: bob.user.id })
  const list = createSpy<ConversationsResult>()
  function List() {
    return (
      list
        .see(useConversations())
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
  const { me, id } = await startTalk(server)
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
  const { me } = await startTalk(server)
  const name = createSpy<ReturnType<typeof useUser>>()
  function Name() {
    const { user, isUpdating, error } = name.see(useUser())
    return `${user?.name} ${isUpdating} ${error?.type}`
  }
  using page = mount(
    <ChatProvider user={me}>
      <Name />
      <Name />
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('Ann'))

  server.answer({ status: 413, type: 'PayloadTooLarge' }, { only: ({ method }) => method === 'PUT' })
  await expect(name.latest.update({ name: 'Anna' })).rejects.toMatchObject({ type: 'PayloadTooLarge' })
  await until(() => page.text === 'Ann false PayloadTooLargeAnn false PayloadTooLarge')
  await name.latest.update({ name: 'Anna' })
  await until(() => page.text === 'Anna false undefinedAnna false undefined')

  expect(me.user.name).toBe('Ann')
})
