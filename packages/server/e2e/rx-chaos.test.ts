import type { ConnectedUser, Message } from '@parley/core'
import { openConversation, openInbox, type InboxConversation } from '@parley/rx'
import { expect, onTestFailed, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { chaosSeed } from './chaos/chaos-seed.ts'
import { createConversationWith, connectFast, fastOptions } from './chaos/connect-fast.ts'
import { payloadTexts, recordConversation, type ConversationRecorder } from './chaos/conversation-recorder.ts'
import { createRandom, type Random } from './chaos/random.ts'
import { sendAll } from './chaos/send-all.ts'
import { clientSender, conversationSender } from './chaos/text-sender.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

function seededRandom(): Random {
  const seed = chaosSeed()
  onTestFailed(() => console.error(`To repeat this run, set PARLEY_CHAOS_SEED=${seed}`))
  return createRandom(seed)
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`)

async function listStored(me: ConnectedUser, conversationId: string): Promise<Message[]> {
  const messages: Message[] = []
  for await (const message of me.listMessages.all({ conversationId, limit: 100 })) messages.push(message)
  return messages.toReversed()
}

function expectComplete(
  { messages, violations, createdCounts }: ConversationRecorder,
  expected: readonly Message[],
): void {
  expect(violations).toEqual([])
  expect(messages.map((message) => message.status === 'sent' && message.id)).toEqual(
    expected.map(({ id }) => id),
  )
  expect([...createdCounts].filter(([, count]) => count > 1)).toEqual([])
}

test.for([
  ['', false],
  [', even if the replay expires', true],
] as const)(
  '1,000 messages reach every listener once and in order despite 50 faults%s',
  async ([, canExpireReplay]) => {
    const random = seededRandom()
    const logger = createRecordingLogger()
    await using server = await startTestServer({ logger })
    const connect = (id: string): Promise<ConnectedUser> =>
      connectFast(server.url, { id, random: random.next })
    const [ann, ben, cat, dan, eve] = [
      await connect('ann'),
      await connect('ben'),
      await connect('cat'),
      await connect('dan'),
      await connect('eve'),
    ]
    const id = await createConversationWith(ann, ben, cat, dan, eve)
    const open = (me: ConnectedUser) => openConversation(me, id, fastOptions(random.next))
    const [annConversation, benConversation, catConversation] = [open(ann), open(ben), open(cat)]
    const recorders = [annConversation, benConversation, catConversation].map((conversation) =>
      recordConversation(conversation),
    )
    await waitUntil(() => recorders.every(({ connection }) => connection?.isSynced))

    const senders = [
      conversationSender(annConversation),
      conversationSender(benConversation),
      clientSender(dan, id),
      clientSender(eve, id),
    ] as const
    await sendAll(numbers(0, 1_000), senders, { server, random, canExpireReplay, recorders })
    await waitUntil(() =>
      recorders.every(({ messages, connection }) => connection?.isSynced && messages.length >= 1_000),
    )

    const expected = await listStored(dan, id)
    expect(payloadTexts(expected).toSorted()).toEqual(numbers(0, 1_000).toSorted())
    for (const recorder of recorders) {
      expectComplete(recorder, expected)
      // The stream delivers all messages or a discontinuity. Without expired replay there is no discontinuity.
      expect(recorder.createdCounts.size === 1_000 || recorder.discontinuities > 0).toBe(true)
      expect(recorder.discontinuities === 0 || canExpireReplay).toBe(true)
      recorder.stop()
    }
    expect(logger.errors).toEqual([])
    await waitUntil(() => server.streams === 0)
  },
)

test('after random faults, three conversations and the inbox on one connection match the server', async () => {
  const random = seededRandom()
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ann = await connectFast(server.url, { id: 'ann', random: random.next })
  const ben = await connectFast(server.url, { id: 'ben', random: random.next })
  const ids = [
    await createConversationWith(ann, ben),
    await createConversationWith(ann, ben),
    await createConversationWith(ann, ben),
  ] as const
  const conversations = ids.map((id) => openConversation(ann, id, fastOptions(random.next)))
  const recorders = conversations.map((conversation) => recordConversation(conversation))
  const inbox = openInbox(ann, fastOptions(random.next))
  let rows: readonly InboxConversation[] = []
  const subscription = inbox.conversations$.subscribe((value) => (rows = value))
  inbox.setVisible(ids)
  await waitUntil(() => rows.length === 3 && recorders.every(({ connection }) => connection?.isSynced))
  const [first, second, third] = conversations.map((conversation) => conversationSender(conversation))
  if (!first || !second || !third) throw new Error('a sender is missing')

  const bensSenders = [
    clientSender(ben, ids[0]),
    clientSender(ben, ids[1]),
    clientSender(ben, ids[2]),
  ] as const
  const chaos = { server, random, canExpireReplay: true, recorders }
  const untilSynced = (count: number): Promise<void> =>
    waitUntil(
      () =>
        recorders.reduce((sum, { messages }) => sum + messages.length, 0) === count &&
        recorders.every(({ connection }) => connection?.isSynced) &&
        rows.every(
          ({ id, lastMessage }) => recorders[ids.indexOf(id)]?.messages.at(-1)?.key === lastMessage?.key,
        ),
    )
  await sendAll(numbers(0, 240), [first, second, third, ...bensSenders], chaos)
  await untilSynced(240)
  for (const id of ids) inbox.markRead(id)
  // At most one page per conversation: unread messages are counted only on the newest page.
  await sendAll(numbers(240, 260), [first, second, third, ...bensSenders], chaos)
  await untilSynced(260)

  for (const [index, recorder] of recorders.entries()) {
    const id = ids[index] ?? ''
    const expected = await listStored(ben, id)
    expectComplete(recorder, expected)
    const newMessages = expected.filter(
      ({ payload }) => payload.type === 'text' && Number(payload.text) >= 240,
    )
    expect(rows.find((row) => row.id === id)?.unread).toBe(
      newMessages.filter(({ userId }) => userId === 'ben').length,
    )
  }
  const activity = recorders.map(({ messages }, index) => {
    const last = messages.at(-1)
    return { time: last?.status === 'sent' ? last.createdAt : '', id: ids[index] ?? '' }
  })
  // Messages in different conversations can have the same time.
  const order = activity.toSorted((a, b) => ((a.time === b.time ? a.id < b.id : a.time > b.time) ? -1 : 1))
  expect(rows.map(({ id }) => id)).toEqual(order.map(({ id }) => id))
  // The client replaces a stream without data, so there may be two for a moment.
  await waitUntil(() => server.streams === 1)
  for (const { stop } of recorders) stop()
  subscription.unsubscribe()
  await waitUntil(() => server.streams === 0)
})
