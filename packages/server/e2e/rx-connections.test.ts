import { createChat } from '@parley/core'
import { openConversation, openInbox } from '@parley/rx'
import { merge, type Observable } from 'rxjs'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { createConversationWith, fastOptions } from './chaos/connect-fast.ts'
import { recordConversation } from './chaos/conversation-recorder.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

const isStream = ({ path }: { path: string }): boolean => path.endsWith('/listen')

test('ten subscribers to three conversations and the inbox share one connection; after the last leaves there is none', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const me = await createChat({ url: server.url }).connect()
  const [one, two, three] = [
    openConversation(me, await createConversationWith(me)),
    openConversation(me, await createConversationWith(me)),
    openConversation(me, await createConversationWith(me)),
  ]
  const inbox = openInbox(me)
  const observables: Observable<unknown>[] = [
    one.messages$,
    one.events$,
    one.participants$,
    one.typing$,
    one.connection$,
    one.signals$,
    two.messages$,
    three.messages$,
    inbox.conversations$,
    inbox.connection$,
  ]
  expect(server.requests.filter(isStream)).toEqual([])

  const subscriptions = observables.map((each) => each.subscribe())
  const watched = [one, two, three].map((conversation) => recordConversation(conversation))
  await waitUntil(() => watched.every(({ connection }) => connection?.isSynced))
  await Promise.all([one, two, three].map(({ send }) => send({ type: 'text', text: 'Hello' })))
  await waitUntil(() => watched.every(({ texts }) => texts.includes('Hello')))

  expect(server.streams).toBe(1)
  expect(server.requests.filter(isStream)).toMatchObject([{ path: '/users/me/listen' }])
  for (const { stop } of watched) stop()
  for (const subscription of subscriptions.slice(1)) subscription.unsubscribe()
  await two.send({ type: 'text', text: 'There is one left' })
  expect(server.streams).toBe(1)
  subscriptions[0]?.unsubscribe()
  await waitUntil(() => server.streams === 0)
  expect(server.requests.filter(isStream)).toHaveLength(1)
})

test('a thousand rounds of coming and going leave no stream, no connection, no timer and no listener behind', async () => {
  const warnings: Error[] = []
  const warn = (warning: Error): unknown => warnings.push(warning)
  process.on('warning', warn)
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const me = await createChat({ url: server.url }).connect()
  const id = await createConversationWith(me)
  const options = { ...fastOptions(), disconnectDelayMs: 0 }
  const conversation = openConversation(me, id, options)
  const inbox = openInbox(me, options)
  const play = async (round: number): Promise<void> => {
    const { connection$, messages$, participants$, typing$ } = conversation
    const watching = merge(messages$, participants$, typing$, inbox.conversations$).subscribe()
    let connection: { state: string; isSynced: boolean } | undefined
    watching.add(connection$.subscribe((each) => (connection = each)))
    // Some leave before anything came of it, some in the middle, some when all is there.
    if (round % 4 === 0) await waitUntil(() => connection?.isSynced === true)
    else if (round % 2 === 0) await waitUntil(() => connection?.state === 'online')
    else if (round % 3 === 0) await waitUntil(() => server.streams > 0)
    watching.unsubscribe()
    await waitUntil(() => server.streams === 0)
  }
  const resources = (): number =>
    process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocketWrap/.test(name)).length
  for (let round = 0; round < 12; round++) await play(round)
  await waitUntil(() => server.connections <= 8)
  const [openBefore, resourcesBefore] = [server.connections, resources()]

  for (let round = 0; round < 1_000; round++) await play(round)

  await waitUntil(() => server.connections <= openBefore && resources() <= resourcesBefore)
  expect(warnings).toEqual([])
  process.off('warning', warn)
  const watched = recordConversation(conversation)
  await conversation.send({ type: 'text', text: 'still there' })
  await waitUntil(() => watched.connection?.isSynced === true && watched.texts.length === 1)
  expect(server.streams).toBe(1)
  watched.stop()
  await waitUntil(() => server.streams === 0)
})
