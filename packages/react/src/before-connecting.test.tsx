import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryStorage, type MemoryStorage } from '../e2e/memory-storage.ts'
import { mount, type Mounted } from '../e2e/mount.tsx'
import { quietLogger } from '../e2e/quiet-logger.ts'
import { createSpy } from '../e2e/spy.ts'
import { countRequests, describeMessages } from '../e2e/start-conversation.ts'
import { until } from '../e2e/until.ts'
import {
  ChatProvider,
  useChat,
  useComposer,
  useConversation,
  useMessages,
  type ChatState,
  type ComposerResult,
} from './index.ts'

const logger = quietLogger()

const chat = createSpy<ChatState>()
const composer = createSpy<ComposerResult>()

function Page({ id }: { id?: string | undefined }) {
  chat.record(useChat())
  const { messages } = useMessages(id)
  const { state } = useConversation(id).connection
  const { text } = composer.record(useComposer(id))
  return `${state} [${describeMessages(messages)}] ${text}`
}

afterEach(() => vi.unstubAllGlobals())

/** Opens the page of a guest. Opening another one simulates a reload. */
function open(url: string, storage: MemoryStorage | undefined, id?: string): Mounted {
  return mount(
    <ChatProvider url={url} storage={storage}>
      <Page id={id} />
    </ChatProvider>,
  )
}

test('a new guest’s first messages survive a reload and are sent once the server is back', async () => {
  await using server = await startTestServer({ logger })
  const storage = createMemoryStorage()
  await server.stop()
  {
    using page = open(server.url, storage)
    await until(() => chat.latest.error !== undefined)
    composer.latest.setText('so soon')
    await until(() => composer.latest.canSend)
    void composer.latest.send()
    await until(() => page.text === 'connecting [so soon:sending] ')
    void composer.latest.send()
    composer.latest.setText('half a sen')
    await until(() => page.text === 'connecting [so soon:sending] half a sen')
    await until(() => storage.entries.size === 2)
  }
  {
    using reloaded = open(server.url, storage)
    await until(() => reloaded.text === 'connecting [so soon:sending] half a sen')
    composer.latest.setText('and another')
    await until(() => composer.latest.canSend)
    void composer.latest.send()
    composer.latest.setText('half a sen')
    await until(() => reloaded.text === 'connecting [so soon:sending,and another:sending] half a sen')

    await server.start()
    chat.latest.retry()
    await until(() => reloaded.text === 'online [so soon:sent,and another:sent] half a sen')
  }
  using lastPage = open(server.url, storage)
  await until(() => lastPage.text === 'online [so soon:sent,and another:sent] half a sen')

  const counts = [
    countRequests(server, 'POST', '/users'),
    countRequests(server, 'POST', '/conversations/get-or-create'),
    countRequests(server, 'POST', '/messages'),
  ]
  expect(counts).toEqual([1, 1, 2])
})

test('two pages that connect at the same time without Web Locks create one guest', async () => {
  vi.stubGlobal('navigator', {})
  await using server = await startTestServer({ logger })
  const storage = createMemoryStorage()

  using page = open(server.url, storage)
  using otherPage = open(server.url, storage)
  await until(() => page.text === 'online [] ' && otherPage.text === 'online [] ')

  expect(countRequests(server, 'POST', '/users')).toBe(1)
})

test('a page that unmounts while its guest is being created leaves its messages to the next page', async () => {
  await using server = await startTestServer({ logger })
  const storage = createMemoryStorage()
  await server.stop()
  {
    using page = open(server.url, storage)
    composer.latest.setText('so soon')
    await until(() => composer.latest.canSend)
    void composer.latest.send()
    await until(() => page.text === 'connecting [so soon:sending] ' && storage.entries.size === 1)
    await server.start()
    chat.latest.retry()
  }
  using reloaded = open(server.url, storage)
  await until(() => reloaded.text === 'online [so soon:sent] ')

  const me = chat.latest.user
  expect((await me?.listConversations())?.conversations).toHaveLength(1)
  expect([countRequests(server, 'POST', '/users'), countRequests(server, 'POST', '/messages')]).toEqual([
    1, 1,
  ])
})

test.each(['the current conversation', 'a conversation with an id'])(
  'a returning guest’s draft and pending messages are restored before the server responds, in %s',
  async (kind) => {
    await using server = await startTestServer({ logger })
    const storage = createMemoryStorage()
    const me = await createChat({ url: server.url }).connect({ storage })
    const { conversation } = await me.createConversation()
    await me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text: 'first' } })
    const id = kind === 'the current conversation' ? undefined : conversation.id
    {
      using page = open(server.url, storage, id)
      await until(() => page.text === 'online [first:sent] ')
      await server.stop()
      void composer.latest.send()
      composer.latest.setText('pending')
      await until(() => composer.latest.text === 'pending')
      void composer.latest.send()
      composer.latest.setText('half a sen')
      await until(() => page.text.endsWith('[first:sent,pending:sending] half a sen'))
    }
    using reloaded = open(server.url, storage, id)
    await until(() => reloaded.text === 'connecting [pending:sending] half a sen')
    composer.latest.setText('more')
    await until(() => composer.latest.canSend)
    void composer.latest.send()
    await until(() => reloaded.text === 'connecting [pending:sending,more:sending] ')

    await server.start()
    chat.latest.retry()
    await until(() => reloaded.text === 'online [first:sent,pending:sent,more:sent] ')

    expect(countRequests(server, 'POST', '/users')).toBe(1)
  },
)

test('a pending message of a guest whose user was deleted goes to the new user’s conversation', async () => {
  await using server = await startTestServer({ logger })
  const storage = createMemoryStorage()
  const me = await createChat({ url: server.url }).connect({ storage })
  const { conversation } = await me.createConversation()
  {
    using page = open(server.url, storage)
    await until(() => page.text === 'online [] ')
  }
  await me.deleteUser()
  await server.stop()
  using reloaded = open(server.url, storage)
  await until(() => chat.latest.error !== undefined)
  composer.latest.setText('still here')
  await until(() => composer.latest.canSend)
  void composer.latest.send()
  await until(() => reloaded.text === 'connecting [still here:sending] ')

  await server.start()
  chat.latest.retry()
  await until(() => reloaded.text === 'online [still here:sent] ')

  expect(chat.latest.user?.user.id).not.toBe(me.user.id)
  expect(conversation.id).not.toBe('')
})

test('text typed while userKey() is pending is not stored, and is sent by the user of that key', async () => {
  await using server = await startTestServer({ logger })
  const { userKey, user } = await createChat({ url: server.url }).connect()
  const storage = createMemoryStorage()
  const keyRequest = Promise.withResolvers<string>()
  using page = mount(
    <ChatProvider url={server.url} storage={storage} userKey={() => keyRequest.promise}>
      <Page />
    </ChatProvider>,
  )
  await until(() => page.text !== '')

  composer.latest.setText('who am I')
  await until(() => composer.latest.canSend)
  void composer.latest.send()
  await until(() => page.text === 'connecting [who am I:sending] ')
  expect(storage.entries.size).toBe(0)
  keyRequest.resolve(userKey)
  await until(() => page.text === 'online [who am I:sent] ')

  expect(chat.latest.user?.user.id).toBe(user.id)
})

test('messages from before the connection are sent even without storage', async () => {
  await using server = await startTestServer({ logger })
  await server.stop()
  using page = open(server.url, undefined)
  await until(() => chat.latest.error !== undefined)
  composer.latest.setText('so soon')
  await until(() => composer.latest.canSend)
  const sending = composer.latest.send()
  await until(() => page.text === 'connecting [so soon:sending] ')

  await server.start()
  chat.latest.retry()
  const message = await sending

  expect(message?.payload).toEqual({ type: 'text', text: 'so soon' })
  await until(() => page.text === 'online [so soon:sent] ')
})
