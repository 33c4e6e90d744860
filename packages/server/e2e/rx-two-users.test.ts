import { openConversation, openInbox, type InboxConversation } from '@parley/rx'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { createConversationWith, connectFast, fastOptions } from './chaos/connect-fast.ts'
import { payloadTexts, recordConversation } from './chaos/conversation-recorder.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

const text = (value: string) => ({ type: 'text', text: value }) as const

async function annAndBen(url: string) {
  const [ann, ben] = [await connectFast(url, { id: 'ann' }), await connectFast(url, { id: 'ben' })]
  return { ann, ben, id: await createConversationWith(ann, ben) }
}

test('who types is seen by the other until they have written, and by themselves never', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { ann, ben, id } = await annAndBen(server.url)
  const [hers, his] = [openConversation(ann, id, fastOptions()), openConversation(ben, id, fastOptions())]
  const [seenByHer, seenByHim] = [[] as (readonly string[])[], [] as (readonly string[])[]]
  const watched = recordConversation(his)
  const watching = hers.typing$.subscribe((each) => void seenByHer.push(each))
  watching.add(his.typing$.subscribe((each) => void seenByHim.push(each)))
  await waitUntil(() => server.streams === 2 && watched.connection?.isSynced === true)

  for (let stroke = 0; stroke < 5; stroke++) hers.sendTyping()
  await waitUntil(() => seenByHim.length === 2)
  await hers.send(text('There'))
  await waitUntil(() => seenByHim.length === 3)

  expect(seenByHim).toEqual([[], ['ann'], []])
  expect(seenByHer).toEqual([[]])
  expect(
    server.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/typing')),
  ).toHaveLength(1)
  watching.unsubscribe()
  watched.stop()
})

test('the inboxes of two users show what the other wrote, and what came, went and was read', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { ann, ben, id: first } = await annAndBen(server.url)
  const second = await createConversationWith(ann, ben)
  const rows = new Map<string, readonly InboxConversation[]>()
  const inboxes = { ann: openInbox(ann, fastOptions()), ben: openInbox(ben, fastOptions()) }
  const watching = inboxes.ann.conversations$.subscribe((each) => rows.set('ann', each))
  watching.add(inboxes.ben.conversations$.subscribe((each) => rows.set('ben', each)))
  const idsOf = (name: string): string[] => (rows.get(name) ?? []).map(({ id }) => id)
  const rowOf = (name: string, id: string) => rows.get(name)?.find((each) => each.id === id)
  await waitUntil(() => idsOf('ann').length === 2 && idsOf('ben').length === 2)
  inboxes.ann.show([first, second])
  inboxes.ben.show([first, second])
  await waitUntil(() => ['ann', 'ben'].every((name) => rowOf(name, first)?.unread === 0))

  await ann.createMessage({ conversationId: first, payload: text('one') })
  await ann.createMessage({ conversationId: first, payload: text('two') })
  await waitUntil(() => rowOf('ben', first)?.unread === 2 && rowOf('ann', first)?.lastMessage !== undefined)
  expect([rowOf('ann', first)?.unread, idsOf('ann'), idsOf('ben')]).toEqual([
    0,
    [first, second],
    [first, second],
  ])
  expect(rowOf('ben', first)?.lastMessage?.payload).toEqual(text('two'))
  inboxes.ben.markRead(first)
  expect(rowOf('ben', first)?.unread).toBe(0)

  const third = await createConversationWith(ann, ben)
  await waitUntil(() => idsOf('ann').includes(third) && idsOf('ben').includes(third))
  await ann.createMessage({ conversationId: third, payload: text('welcome') })
  await waitUntil(() => idsOf('ben')[0] === third && rowOf('ben', third)?.lastMessage !== undefined)
  await ann.removeParticipant({ conversationId: second, userId: 'ben' })
  await waitUntil(() => !idsOf('ben').includes(second))
  expect(idsOf('ann')).toContain(second)
  await ann.deleteConversation({ id: first })
  await waitUntil(() => !idsOf('ben').includes(first) && !idsOf('ann').includes(first))

  expect(idsOf('ben')).toEqual([third])
  expect(idsOf('ann').toSorted()).toEqual([second, third].toSorted())
  // A client that hears nothing for a while replaces its stream.
  await waitUntil(() => server.streams === 2)
  watching.unsubscribe()
  await waitUntil(() => server.streams === 0)
})

test('to a user who is removed the conversation is closed, and open again when they are back', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { ann, ben, id } = await annAndBen(server.url)
  const home = await createConversationWith(ben)
  const conversation = openConversation(ben, id, fastOptions())
  const watched = recordConversation(conversation)
  const other = recordConversation(openConversation(ben, home, fastOptions()))
  await waitUntil(() => watched.connection?.isSynced === true && other.connection?.isSynced === true)
  await ann.createMessage({ conversationId: id, payload: text('before') })
  await waitUntil(() => watched.texts.length === 1)

  await ann.removeParticipant({ conversationId: id, userId: 'ben' })
  await waitUntil(() => watched.connection?.state === 'closed')
  await ann.createMessage({ conversationId: id, payload: text('not for ben') })
  await expect(conversation.send(text('let me in'))).rejects.toMatchObject({ type: 'Forbidden' })
  await ben.createMessage({ conversationId: home, payload: text('at home') })
  await waitUntil(() => other.texts.length === 1)

  expect(watched.connection).toMatchObject({ cause: { type: 'Forbidden' }, isSynced: false })
  expect(watched.messages).toMatchObject([{ payload: text('before') }, { status: 'failed' }])
  await ann.addParticipant({ conversationId: id, userId: 'ben' })
  conversation.reconnectNow()
  await waitUntil(() => watched.connection?.isSynced === true)
  const failed = watched.messages.find(({ status }) => status === 'failed')
  await conversation.retry(failed?.key ?? '')
  expect(watched.texts).toEqual(['before', 'not for ben', 'let me in'])
  watched.stop()
  other.stop()
})

test('to all who take part a deleted conversation is closed', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { ann, ben, id } = await annAndBen(server.url)
  const watched = [ann, ben].map((me) => recordConversation(openConversation(me, id, fastOptions())))
  await waitUntil(() => watched.every(({ connection }) => connection?.isSynced))

  await ann.deleteConversation({ id })
  await waitUntil(() => watched.every(({ connection }) => connection?.state === 'closed'))

  for (const { connection, stop } of watched) {
    expect(connection).toMatchObject({ cause: { type: 'Forbidden' } })
    stop()
  }
})

test.for([
  ['brings', false],
  ['cannot bring', true],
] as const)(
  'deletions during a gap are noticed where the stream %s what was missed',
  async ([, isForgotten]) => {
    await using server = await startTestServer({ logger: createRecordingLogger() })
    const { ann, ben, id } = await annAndBen(server.url)
    for (let index = 0; index < 60; index++)
      await ann.createMessage({ conversationId: id, payload: text(`${index}`) })
    const conversation = openConversation(ben, id, { ...fastOptions(), pageSize: 30 })
    let shown: string[] = []
    let connection: { state: string; isSynced: boolean } | undefined
    const watching = conversation.messages$.subscribe((messages) => (shown = payloadTexts(messages)))
    watching.add(conversation.connection$.subscribe((each) => (connection = each)))
    await waitUntil(() => connection?.isSynced === true)
    await conversation.loadOlder()
    await waitUntil(() => shown.length === 60)
    const doomed = new Set(['3', '35', '59'])
    const { messages } = await ann.listMessages({ conversationId: id, limit: 100 })

    server.drop({ times: Infinity, only: ({ path }) => path.endsWith('/listen') })
    server.cut(({ path }) => path.endsWith('/listen'))
    await waitUntil(() => connection?.state === 'reconnecting')
    for (const message of messages)
      if (message.payload.type === 'text' && doomed.has(message.payload.text))
        await ann.deleteMessage(message)
    await ann.createMessage({ conversationId: id, payload: text('last') })
    if (isForgotten) server.expireReplay()
    server.reset()
    await waitUntil(() => shown.at(-1) === 'last' && connection?.isSynced === true)

    const left = Array.from({ length: 60 }, (_, index) => `${index}`).filter((each) => !doomed.has(each))
    expect(shown).toEqual([...left, 'last'])
    watching.unsubscribe()
  },
)
