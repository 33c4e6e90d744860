import { createChat } from '@parley/core'
import type { ChatMessage } from '@parley/rx'
import { createConnector, sessionOf } from '@parley/rx/session'
import type { Observable } from 'rxjs'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

async function start() {
  const server = await startTestServer({ logger: createRecordingLogger() })
  const me = await createChat({ url: server.url }).connect()
  return { server, me, session: sessionOf(me), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('without subscribers, a deleted current conversation is replaced after a failed send', async () => {
  await using chat = await start()
  const { me, session } = chat
  const draft = session.draft()
  draft.setText('first')
  const first = await draft.send()

  await me.deleteConversation({ id: first?.conversationId ?? '' })
  draft.setText('second')
  await expect(draft.send()).rejects.toMatchObject({ type: 'Forbidden' })
  expect(draft.state.text).toBe('second')
  const second = await draft.send()

  expect(second?.payload).toEqual({ type: 'text', text: 'second' })
  expect(second?.conversationId).not.toBe(first?.conversationId)
})

test('without subscribers, a current conversation that is deleted in the inbox is replaced at once', async () => {
  await using chat = await start()
  const { inbox, conversation } = chat.session
  const { send } = conversation()
  const { conversationId } = await send({ type: 'text', text: 'first' })

  await inbox.remove(conversationId)
  const second = await send({ type: 'text', text: 'second' })

  expect(second.conversationId).not.toBe(conversationId)
})

test('a planned conversation that the server refuses permanently is replaced by the next attempt', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const chat = createChat({ url: server.url })
  const me = await chat.connect()
  const other = await chat.connect()
  const { conversation: foreign } = await other.createConversation()
  const items = new Map([[`parley:conversation:${chat.url}:${me.user.id}:new`, foreign.id]])
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  }
  const { send } = sessionOf(me, { storage }).conversation()

  await expect(send({ type: 'text', text: 'first' })).rejects.toMatchObject({ type: 'Forbidden' })
  const second = await send({ type: 'text', text: 'second' })

  expect(second.conversationId).not.toBe(foreign.id)
  expect([...items.keys()].filter((name) => name.endsWith(':new'))).toEqual([])
})

test("the user's messages have the updated profile, in conversations and in the inbox", async () => {
  await using chat = await start()
  const { session } = chat
  const { send, messages$ } = session.conversation()
  const messages = latestOf(messages$)
  const conversations = latestOf(session.inbox.conversations$)
  const nameOf = (message: ChatMessage | undefined): string | undefined => message?.sender?.name
  session.inbox.setVisible([(await send({ type: 'text', text: 'first' })).conversationId])
  await waitUntil(() => conversations.latest?.[0]?.lastMessage !== undefined)

  await session.updateUser({ name: 'Ada' })
  expect(messages.latest?.map(nameOf)).toEqual(['Ada'])
  expect(nameOf(conversations.latest?.[0]?.lastMessage)).toBe('Ada')

  await send({ type: 'text', text: 'second' })
  expect(messages.latest?.map(nameOf)).toEqual(['Ada', 'Ada'])
})

test('a draft is being sent until its message is stored, also if that creates the conversation', async () => {
  await using chat = await start()
  const draft = chat.session.draft()
  const sending: number[] = []
  const subscription = draft.state$.subscribe()
  subscription.add(chat.session.conversation().id$.subscribe((id) => id && sending.push(draft.state.sending)))

  draft.setText('first')
  const message = draft.send()
  await waitUntil(() => sending.length > 0)
  await message

  expect([...sending, draft.state.sending]).toEqual([1, 0])
  subscription.unsubscribe()
})

test('if connecting fails permanently, nothing is loading: every state has the reason', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const chat = createChat({ url: server.url })
  const { state$, session } = createConnector(chat, { userKey: 'unknown' })
  const observed = [undefined, 'c1'].flatMap((id) => {
    const { loadState$, participants$, connection$ } = session.conversation(id)
    return [latestOf<object>(loadState$), latestOf<object>(participants$), latestOf<object>(connection$)]
  })
  const all = [
    ...observed,
    latestOf<object>(session.inbox.loadState$),
    latestOf<object>(session.inbox.connection$),
  ]
  const state = latestOf(state$)
  await waitUntil(() => state.latest?.state === 'failed')

  const error = expect.objectContaining({ type: 'Unauthorized' })
  const loaded = { isLoading: false, error }
  const closed = { state: 'closed', cause: error }
  const states = [loaded, { ...loaded, participants: [] }, { ...closed, isSynced: false }]
  expect(all.map(({ latest }) => latest)).toEqual([...states, ...states, loaded, closed])
  for (const one of [...all, state]) one.stop()
})

/** Subscribes to an observable and records its latest value. */
function latestOf<Value>(value$: Observable<Value>) {
  const seen: { latest?: Value } = {}
  const subscription = value$.subscribe((value) => (seen.latest = value))
  return Object.assign(seen, { stop: () => subscription.unsubscribe() })
}
