import { openConversation, openInbox, type InboxConversation } from '@parley/rx'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { createConversationWith, connectFast, fastOptions } from './chaos/connect-fast.ts'
import { payloadTexts, recordConversation } from './chaos/conversation-recorder.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

const text = (value: string) => ({ type: 'text', text: value }) as const

async function connectAnnAndBen(url: string) {
  const [ann, ben] = [await connectFast(url, { id: 'ann' }), await connectFast(url, { id: 'ben' })]
  return { ann, ben, id: await createConversationWith(ann, ben) }
}

test('a typing user is shown to the other participant until they send a message, and not to themselves', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { ann, ben, id } = await connectAnnAndBen(server.url)
  const [annConversation, benConversation] = [
    openConversation(ann, id, fastOptions()),
    openConversation(ben, id, fastOptions()),
  ]
  const [typingForAnn, typingForBen] = [[] as (readonly string[])[], [] as (readonly string[])[]]
  const recorder = recordConversation(benConversation)
  const subscription = annConversation.typing$.subscribe((userIds) => void typingForAnn.push(userIds))
  subscription.add(benConversation.typing$.subscribe((userIds) => void typingForBen.push(userIds)))
  await waitUntil(() => server.streams === 2 && recorder.connection?.isSynced === true)

  for (let call = 0; call < 5; call++) annConversation.sendTyping()
  await waitUntil(() => typingForBen.length === 2)
  await annConversation.send(text('Hello'))
  await waitUntil(() => typingForBen.length === 3)

  expect(typingForBen).toEqual([[], ['ann'], []])
  expect(typingForAnn).toEqual([[]])
  expect(
    server.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/typing')),
  ).toHaveLength(1)
  subscription.unsubscribe()
  recorder.stop()
})

test('the inboxes of two users show new messages, added and removed conversations, and unread counts', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { ann, ben, id: first } = await connectAnnAndBen(server.url)
  const second = await createConversationWith(ann, ben)
  const rows = new Map<string, readonly InboxConversation[]>()
  const inboxes = { ann: openInbox(ann, fastOptions()), ben: openInbox(ben, fastOptions()) }
  const subscription = inboxes.ann.conversations$.subscribe((value) => rows.set('ann', value))
  subscription.add(inboxes.ben.conversations$.subscribe((value) => rows.set('ben', value)))
  const getIds = (name: string): string[] => (rows.get(name) ?? []).map(({ id }) => id)
  const getRow = (name: string, id: string) => rows.get(name)?.find((row) => row.id === id)
  await waitUntil(() => getIds('ann').length === 2 && getIds('ben').length === 2)
  inboxes.ann.setVisible([first, second])
  inboxes.ben.setVisible([first, second])
  await waitUntil(() => ['ann', 'ben'].every((name) => getRow(name, first)?.unread === 0))

  await ann.createMessage({ conversationId: first, payload: text('one') })
  await ann.createMessage({ conversationId: first, payload: text('two') })
  await waitUntil(() => getRow('ben', first)?.unread === 2 && getRow('ann', first)?.lastMessage !== undefined)
  expect([getRow('ann', first)?.unread, getIds('ann'), getIds('ben')]).toEqual([
    0,
    [first, second],
    [first, second],
  ])
  expect(getRow('ben', first)?.lastMessage?.payload).toEqual(text('two'))
  inboxes.ben.markRead(first)
  expect(getRow('ben', first)?.unread).toBe(0)

  const third = await createConversationWith(ann, ben)
  await waitUntil(() => getIds('ann').includes(third) && getIds('ben').includes(third))
  await ann.createMessage({ conversationId: third, payload: text('welcome') })
  await waitUntil(() => getIds('ben')[0] === third && getRow('ben', third)?.lastMessage !== undefined)
  await ann.removeParticipant({ conversationId: second, userId: 'ben' })
  await waitUntil(() => !getIds('ben').includes(second))
  expect(getIds('ann')).toContain(second)
  await ann.deleteConversation({ id: first })
  await waitUntil(() => !getIds('ben').includes(first) && !getIds('ann').includes(first))

  expect(getIds('ben')).toEqual([third])
  expect(getIds('ann').toSorted()).toEqual([second, third].toSorted())
  // The client replaces a stream without data, so there may be two for a moment.
  await waitUntil(() => server.streams === 2)
  subscription.unsubscribe()
  await waitUntil(() => server.streams === 0)
})

test('a conversation closes for a removed participant, and opens again when they are added', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { ann, ben, id } = await connectAnnAndBen(server.url)
  const home = await createConversationWith(ben)
  const conversation = openConversation(ben, id, fastOptions())
  const recorder = recordConversation(conversation)
  const homeRecorder = recordConversation(openConversation(ben, home, fastOptions()))
  await waitUntil(() => recorder.connection?.isSynced === true && homeRecorder.connection?.isSynced === true)
  await ann.createMessage({ conversationId: id, payload: text('before') })
  await waitUntil(() => recorder.texts.length === 1)

  await ann.removeParticipant({ conversationId: id, userId: 'ben' })
  await waitUntil(() => recorder.connection?.state === 'closed')
  await ann.createMessage({ conversationId: id, payload: text('not for ben') })
  await expect(conversation.send(text('let me in'))).rejects.toMatchObject({ type: 'Forbidden' })
  await ben.createMessage({ conversationId: home, payload: text('at home') })
  await waitUntil(() => homeRecorder.texts.length === 1)

  expect(recorder.connection).toMatchObject({ cause: { type: 'Forbidden' }, isSynced: false })
  expect(recorder.messages).toMatchObject([{ payload: text('before') }, { status: 'failed' }])
  await ann.addParticipant({ conversationId: id, userId: 'ben' })
  conversation.reconnectNow()
  await waitUntil(() => recorder.connection?.isSynced === true)
  const failed = recorder.messages.find(({ status }) => status === 'failed')
  await conversation.retry(failed?.key ?? '')
  expect(recorder.texts).toEqual(['before', 'not for ben', 'let me in'])
  recorder.stop()
  homeRecorder.stop()
})

test('a deleted conversation closes for all participants', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { ann, ben, id } = await connectAnnAndBen(server.url)
  const recorders = [ann, ben].map((me) => recordConversation(openConversation(me, id, fastOptions())))
  await waitUntil(() => recorders.every(({ connection }) => connection?.isSynced))

  await ann.deleteConversation({ id })
  await waitUntil(() => recorders.every(({ connection }) => connection?.state === 'closed'))

  for (const { connection, stop } of recorders) {
    expect(connection).toMatchObject({ cause: { type: 'Forbidden' } })
    stop()
  }
})

test.for([
  ['replays', false],
  ['cannot replay', true],
] as const)(
  'deletions during a gap are applied if the stream %s missed signals',
  async ([, isReplayExpired]) => {
    await using server = await startTestServer({ logger: createRecordingLogger() })
    const { ann, ben, id } = await connectAnnAndBen(server.url)
    for (let index = 0; index < 60; index++)
      await ann.createMessage({ conversationId: id, payload: text(`${index}`) })
    const conversation = openConversation(ben, id, { ...fastOptions(), pageSize: 30 })
    let shown: string[] = []
    let connection: { state: string; isSynced: boolean } | undefined
    const subscription = conversation.messages$.subscribe((messages) => (shown = payloadTexts(messages)))
    subscription.add(conversation.connection$.subscribe((value) => (connection = value)))
    await waitUntil(() => connection?.isSynced === true)
    await conversation.loadOlder()
    await waitUntil(() => shown.length === 60)
    const deletedTexts = new Set(['3', '35', '59'])
    const { messages } = await ann.listMessages({ conversationId: id, limit: 100 })

    server.drop({ times: Infinity, only: ({ path }) => path.endsWith('/listen') })
    server.cutConnections(({ path }) => path.endsWith('/listen'))
    await waitUntil(() => connection?.state === 'reconnecting')
    for (const message of messages)
      if (message.payload.type === 'text' && deletedTexts.has(message.payload.text))
        await ann.deleteMessage(message)
    await ann.createMessage({ conversationId: id, payload: text('last') })
    if (isReplayExpired) server.expireReplay()
    server.reset()
    await waitUntil(() => shown.at(-1) === 'last' && connection?.isSynced === true)

    const remaining = Array.from({ length: 60 }, (_, index) => `${index}`).filter(
      (value) => !deletedTexts.has(value),
    )
    expect(shown).toEqual([...remaining, 'last'])
    subscription.unsubscribe()
  },
)
