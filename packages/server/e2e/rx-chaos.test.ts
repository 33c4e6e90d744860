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
  onTestFailed(() => console.error(`Run it again with PARLEY_CHAOS_SEED=${seed}`))
  return createRandom(seed)
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`)

async function stored(me: ConnectedUser, conversationId: string): Promise<Message[]> {
  const messages: Message[] = []
  for await (const each of me.listMessages.all({ conversationId, limit: 100 })) messages.push(each)
  return messages.toReversed()
}

function expectAllSeen(
  { messages, violations, createdCounts }: ConversationRecorder,
  expected: readonly Message[],
): void {
  expect(violations).toEqual([])
  expect(messages.map((each) => each.status === 'sent' && each.id)).toEqual(expected.map(({ id }) => id))
  expect([...createdCounts].filter(([, times]) => times > 1)).toEqual([])
}

test.for([
  ['', false],
  [', and the log is lost now and then', true],
] as const)(
  '1,000 messages over 50 cuts, restarts, silences and lost requests reach every listener once and in order%s',
  async ([, canExpireReplay]) => {
    const random = seededRandom()
    const logger = createRecordingLogger()
    await using server = await startTestServer({ logger })
    const join = (id: string): Promise<ConnectedUser> => connectFast(server.url, { id, random: random.next })
    const [ann, ben, cat, dan, eve] = [
      await join('ann'),
      await join('ben'),
      await join('cat'),
      await join('dan'),
      await join('eve'),
    ]
    const id = await createConversationWith(ann, ben, cat, dan, eve)
    const open = (me: ConnectedUser) => openConversation(me, id, fastOptions(random.next))
    const [hers, his, third] = [open(ann), open(ben), open(cat)]
    const recorders = [hers, his, third].map((conversation) => recordConversation(conversation))
    await waitUntil(() => recorders.every(({ connection }) => connection?.isSynced))

    const speakers = [
      conversationSender(hers),
      conversationSender(his),
      clientSender(dan, id),
      clientSender(eve, id),
    ] as const
    await sendAll(numbers(0, 1_000), speakers, { server, random, canExpireReplay, recorders })
    await waitUntil(() =>
      recorders.every(({ messages, connection }) => connection?.isSynced && messages.length >= 1_000),
    )

    const expected = await stored(dan, id)
    expect(payloadTexts(expected).toSorted()).toEqual(numbers(0, 1_000).toSorted())
    for (const each of recorders) {
      expectAllSeen(each, expected)
      // The stream alone brings all of them, or says that it cannot; and it can as long as the log is whole.
      expect(each.createdCounts.size === 1_000 || each.discontinuities > 0).toBe(true)
      expect(each.discontinuities === 0 || canExpireReplay).toBe(true)
      each.stop()
    }
    expect(logger.errors).toEqual([])
    await waitUntil(() => server.streams === 0)
  },
)

test('three conversations and the inbox on one connection end as the server has them, whatever befell it', async () => {
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
  const watching = inbox.conversations$.subscribe((each) => (rows = each))
  inbox.show(ids)
  await waitUntil(() => rows.length === 3 && recorders.every(({ connection }) => connection?.isSynced))
  const [one, two, three] = conversations.map((conversation) => conversationSender(conversation))
  if (!one || !two || !three) throw new Error('nobody speaks')

  const bens = [clientSender(ben, ids[0]), clientSender(ben, ids[1]), clientSender(ben, ids[2])] as const
  const chaos = { server, random, canExpireReplay: true, recorders }
  const settle = (count: number): Promise<void> =>
    waitUntil(
      () =>
        recorders.reduce((sum, { messages }) => sum + messages.length, 0) === count &&
        recorders.every(({ connection }) => connection?.isSynced) &&
        rows.every(
          ({ id, lastMessage }) => recorders[ids.indexOf(id)]?.messages.at(-1)?.key === lastMessage?.key,
        ),
    )
  await sendAll(numbers(0, 240), [one, two, three, ...bens], chaos)
  await settle(240)
  for (const id of ids) inbox.markRead(id)
  // No more than a page of each, as unread messages are counted in the newest.
  await sendAll(numbers(240, 260), [one, two, three, ...bens], chaos)
  await settle(260)

  for (const [index, each] of recorders.entries()) {
    const id = ids[index] ?? ''
    const expected = await stored(ben, id)
    expectAllSeen(each, expected)
    const news = expected.filter(({ payload }) => payload.type === 'text' && Number(payload.text) >= 240)
    expect(rows.find((row) => row.id === id)?.unread).toBe(
      news.filter(({ userId }) => userId === 'ben').length,
    )
  }
  const activity = recorders.map(({ messages }, index) => {
    const last = messages.at(-1)
    return { at: last?.status === 'sent' ? last.createdAt : '', id: ids[index] ?? '' }
  })
  // Two in different conversations may have been stored in the same millisecond.
  const order = activity.toSorted((one, other) =>
    (one.at === other.at ? one.id < other.id : one.at > other.at) ? -1 : 1,
  )
  expect(rows.map(({ id }) => id)).toEqual(order.map(({ id }) => id))
  // A client that hears nothing for a while replaces its stream.
  await waitUntil(() => server.streams === 1)
  for (const { stop } of recorders) stop()
  watching.unsubscribe()
  await waitUntil(() => server.streams === 0)
})
