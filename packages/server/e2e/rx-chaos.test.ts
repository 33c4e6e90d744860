import type { ConnectedUser, Message } from '@parley/core'
import { openConversation, openInbox, type InboxConversation } from '@parley/rx'
import { expect, onTestFailed, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { gather, joinQuickly, quick } from './living/join-quickly.ts'
import { createRandom, type Random } from './living/random.ts'
import { sayAll } from './living/say-all.ts'
import { chaosSeed } from './living/settings.ts'
import { plainSpeaker, speakerIn } from './living/speaker.ts'
import { until } from './living/until.ts'
import { textsOf, witness, type Witness } from './living/witness.ts'
import { quietLogger } from './plain/quiet-logger.ts'

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

function expectAllSeen({ messages, faults, heard }: Witness, expected: readonly Message[]): void {
  expect(faults).toEqual([])
  expect(messages.map((each) => each.status === 'sent' && each.id)).toEqual(expected.map(({ id }) => id))
  expect([...heard].filter(([, times]) => times > 1)).toEqual([])
}

test.for([
  ['', false],
  [', and the log is lost now and then', true],
] as const)(
  '1,000 messages over 50 cuts, restarts, silences and lost requests reach every listener once and in order%s',
  async ([, canForget]) => {
    const random = seededRandom()
    const logger = quietLogger()
    await using server = await startTestServer({ logger })
    const join = (id: string): Promise<ConnectedUser> => joinQuickly(server.url, { id, random: random.next })
    const [ann, ben, cat, dan, eve] = [
      await join('ann'),
      await join('ben'),
      await join('cat'),
      await join('dan'),
      await join('eve'),
    ]
    const id = await gather(ann, ben, cat, dan, eve)
    const open = (me: ConnectedUser) => openConversation(me, id, quick(random.next))
    const [hers, his, third] = [open(ann), open(ben), open(cat)]
    const witnesses = [hers, his, third].map((conversation) => witness(conversation))
    await until(() => witnesses.every(({ connection }) => connection?.isSynced))

    const speakers = [speakerIn(hers), speakerIn(his), plainSpeaker(dan, id), plainSpeaker(eve, id)] as const
    await sayAll(numbers(0, 1_000), speakers, { server, random, canForget, witnesses })
    await until(() =>
      witnesses.every(({ messages, connection }) => connection?.isSynced && messages.length >= 1_000),
    )

    const expected = await stored(dan, id)
    expect(textsOf(expected).toSorted()).toEqual(numbers(0, 1_000).toSorted())
    for (const each of witnesses) {
      expectAllSeen(each, expected)
      // The stream alone brings all of them, or says that it cannot; and it can as long as the log is whole.
      expect(each.heard.size === 1_000 || each.discontinuities > 0).toBe(true)
      expect(each.discontinuities === 0 || canForget).toBe(true)
      each.stop()
    }
    expect(logger.faults).toEqual([])
    await until(() => server.streams === 0)
  },
)

test('three conversations and the inbox on one connection end as the server has them, whatever befell it', async () => {
  const random = seededRandom()
  await using server = await startTestServer({ logger: quietLogger() })
  const ann = await joinQuickly(server.url, { id: 'ann', random: random.next })
  const ben = await joinQuickly(server.url, { id: 'ben', random: random.next })
  const ids = [await gather(ann, ben), await gather(ann, ben), await gather(ann, ben)] as const
  const conversations = ids.map((id) => openConversation(ann, id, quick(random.next)))
  const witnesses = conversations.map((conversation) => witness(conversation))
  const inbox = openInbox(ann, quick(random.next))
  let rows: readonly InboxConversation[] = []
  const watching = inbox.conversations$.subscribe((each) => (rows = each))
  inbox.show(ids)
  await until(() => rows.length === 3 && witnesses.every(({ connection }) => connection?.isSynced))
  const [one, two, three] = conversations.map((conversation) => speakerIn(conversation))
  if (!one || !two || !three) throw new Error('nobody speaks')

  const bens = [plainSpeaker(ben, ids[0]), plainSpeaker(ben, ids[1]), plainSpeaker(ben, ids[2])] as const
  const chaos = { server, random, canForget: true, witnesses }
  const settle = (count: number): Promise<void> =>
    until(
      () =>
        witnesses.reduce((sum, { messages }) => sum + messages.length, 0) === count &&
        witnesses.every(({ connection }) => connection?.isSynced) &&
        rows.every(
          ({ id, lastMessage }) => witnesses[ids.indexOf(id)]?.messages.at(-1)?.key === lastMessage?.key,
        ),
    )
  await sayAll(numbers(0, 240), [one, two, three, ...bens], chaos)
  await settle(240)
  for (const id of ids) inbox.markRead(id)
  // No more than a page of each, as unread messages are counted in the newest.
  await sayAll(numbers(240, 260), [one, two, three, ...bens], chaos)
  await settle(260)

  for (const [index, each] of witnesses.entries()) {
    const id = ids[index] ?? ''
    const expected = await stored(ben, id)
    expectAllSeen(each, expected)
    const news = expected.filter(({ payload }) => payload.type === 'text' && Number(payload.text) >= 240)
    expect(rows.find((row) => row.id === id)?.unread).toBe(
      news.filter(({ userId }) => userId === 'ben').length,
    )
  }
  const activity = witnesses.map(({ messages }, index) => {
    const last = messages.at(-1)
    return { at: last?.status === 'sent' ? last.createdAt : '', id: ids[index] ?? '' }
  })
  // Two in different conversations may have been stored in the same millisecond.
  const order = activity.toSorted((one, other) =>
    (one.at === other.at ? one.id < other.id : one.at > other.at) ? -1 : 1,
  )
  expect(rows.map(({ id }) => id)).toEqual(order.map(({ id }) => id))
  // A client that hears nothing for a while replaces its stream.
  await until(() => server.streams === 1)
  for (const { stop } of witnesses) stop()
  watching.unsubscribe()
  await until(() => server.streams === 0)
})
