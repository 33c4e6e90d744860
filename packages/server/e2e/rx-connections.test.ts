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

test('all subscribers of one user share one stream, which closes after the last one unsubscribes', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const me = await createChat({ url: server.url }).connect()
  const [first, second, third] = [
    openConversation(me, await createConversationWith(me)),
    openConversation(me, await createConversationWith(me)),
    openConversation(me, await createConversationWith(me)),
  ]
  const inbox = openInbox(me)
  const observables: Observable<unknown>[] = [
    first.messages$,
    first.events$,
    first.participants$,
    first.typing$,
    first.connection$,
    first.signals$,
    second.messages$,
    third.messages$,
    inbox.conversations$,
    inbox.connection$,
  ]
  expect(server.requests.filter(isStream)).toEqual([])

  const subscriptions = observables.map((observable) => observable.subscribe())
  const recorders = [first, second, third].map((conversation) => recordConversation(conversation))
  await waitUntil(() => recorders.every(({ connection }) => connection?.isSynced))
  await Promise.all([first, second, third].map(({ send }) => send({ type: 'text', text: 'Hello' })))
  await waitUntil(() => recorders.every(({ texts }) => texts.includes('Hello')))

  expect(server.streams).toBe(1)
  expect(server.requests.filter(isStream)).toMatchObject([{ path: '/users/me/listen' }])
  for (const { stop } of recorders) stop()
  for (const subscription of subscriptions.slice(1)) subscription.unsubscribe()
  await second.send({ type: 'text', text: 'One subscriber remains' })
  expect(server.streams).toBe(1)
  subscriptions[0]?.unsubscribe()
  await waitUntil(() => server.streams === 0)
  expect(server.requests.filter(isStream)).toHaveLength(1)
})

test('a thousand rounds of subscribing and unsubscribing leak no stream, connection, timer or listener', async () => {
  const warnings: Error[] = []
  const warn = (warning: Error): unknown => warnings.push(warning)
  process.on('warning', warn)
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const me = await createChat({ url: server.url }).connect()
  const id = await createConversationWith(me)
  const options = { ...fastOptions(), disconnectDelayMs: 0 }
  const conversation = openConversation(me, id, options)
  const inbox = openInbox(me, options)
  const runRound = async (round: number): Promise<void> => {
    const { connection$, messages$, participants$, typing$ } = conversation
    const subscription = merge(messages$, participants$, typing$, inbox.conversations$).subscribe()
    let connection: { state: string; isSynced: boolean } | undefined
    subscription.add(connection$.subscribe((value) => (connection = value)))
    // Rounds end before the stream is open, while it opens, or when the conversation is synced.
    if (round % 4 === 0) await waitUntil(() => connection?.isSynced === true)
    else if (round % 2 === 0) await waitUntil(() => connection?.state === 'online')
    else if (round % 3 === 0) await waitUntil(() => server.streams > 0)
    subscription.unsubscribe()
    await waitUntil(() => server.streams === 0)
  }
  const countResources = (): number =>
    process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocketWrap/.test(name)).length
  for (let round = 0; round < 12; round++) await runRound(round)
  await waitUntil(() => server.connections <= 8)
  const [openBefore, resourcesBefore] = [server.connections, countResources()]

  for (let round = 0; round < 1_000; round++) await runRound(round)

  await waitUntil(() => server.connections <= openBefore && countResources() <= resourcesBefore)
  expect(warnings).toEqual([])
  process.off('warning', warn)
  const recorder = recordConversation(conversation)
  await conversation.send({ type: 'text', text: 'still there' })
  await waitUntil(() => recorder.connection?.isSynced === true && recorder.texts.length === 1)
  expect(server.streams).toBe(1)
  recorder.stop()
  await waitUntil(() => server.streams === 0)
})
