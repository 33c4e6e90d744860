import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { mount } from '../../e2e/mount.tsx'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { createSpy } from '../../e2e/spy.ts'
import { countRequests, startConversation } from '../../e2e/start-conversation.ts'
import { until } from '../../e2e/until.ts'
import {
  ChatProvider,
  useConversation,
  useParticipants,
  useSend,
  type ConversationResult,
  type ParticipantsResult,
} from '../index.ts'

const logger = quietLogger()
const people = createSpy<ParticipantsResult>()

function People({ id }: { id?: string }) {
  const { participants, isLoading, error } = people.record(useParticipants(id))
  return `${isLoading} ${error?.type} ${participants.map(({ name }) => name).join()}`
}

test('participants are loading, then loaded, and added and removed', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  using page = mount(
    <ChatProvider user={me}>
      <People id={id} />
    </ChatProvider>,
  )
  expect(page.text).toBe('true undefined ')
  await until(() => page.text === 'false undefined Ann')

  const added = await people.latest.add(bob.user.id)
  await until(() => page.text === 'false undefined Ann,Bob')
  await people.latest.remove(bob.user.id)
  await until(() => page.text === 'false undefined Ann')

  expect(added.name).toBe('Bob')
})

test('without an id, the participants of the current conversation are shown; without one, there are none', async () => {
  await using server = await startTestServer({ logger })
  const me = await createChat({ url: server.url }).connect({ name: 'Ann' })
  const bob = await createChat({ url: server.url }).connect({ name: 'Bob' })
  using page = mount(
    <ChatProvider user={me}>
      <People />
    </ChatProvider>,
  )
  await until(() => page.text === 'false undefined ')
  await expect(people.latest.remove(bob.user.id)).rejects.toMatchObject({ type: 'ResourceNotFound' })

  await people.latest.add(bob.user.id)
  await until(() => page.text === 'false undefined Ann,Bob')

  expect(countRequests(server, 'POST', '/conversations/get-or-create')).toBe(1)
})

test('participants that cannot be loaded are an error', async () => {
  await using server = await startTestServer({ logger })
  const { me } = await startConversation(server)
  using page = mount(
    <ChatProvider user={me}>
      <People id="nowhere" />
    </ChatProvider>,
  )
  await until(() => page.text.startsWith('false'))

  expect(people.latest.error?.type).toMatch(/Forbidden|ResourceNotFound/)
})

test('spreading or logging the result of a hook starts no request', async () => {
  await using server = await startTestServer({ logger })
  const { me, id } = await startConversation(server)
  const results = createSpy<ConversationResult>()
  function Sender() {
    JSON.stringify({ ...useSend(id) })
    return null
  }
  function Thread() {
    JSON.stringify({ ...results.record(useConversation(id)) })
    return null
  }
  const before = server.requests.length
  using page = mount(
    <ChatProvider user={me}>
      <Sender />
    </ChatProvider>,
  )
  await new Promise((resolve) => requestAnimationFrame(resolve))
  expect(server.requests.slice(before)).toEqual([])

  page.render(
    <ChatProvider user={me}>
      <Thread />
    </ChatProvider>,
  )
  await until(() => results.values.at(-1)?.connection.isSynced === true)

  expect(countRequests(server, 'GET', '/participants')).toBe(0)
  expect(countRequests(server, 'GET', '/conversations')).toBe(0)
})
