import { afterEach, expect, test } from 'vitest'
import { getTexts, until } from './connect-user.ts'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { openTab, type Tab } from './open-tab.ts'

const capabilities = ['user-stream', 'resume']
const opened: Tab[] = []

afterEach(() => opened.splice(0).forEach((tab) => tab.close()))

async function openTabs(service: FakeHostedService, count: number): Promise<Tab[]> {
  const tabs: Tab[] = []
  for (let index = 0; index < count; index++) {
    const tab = await openTab(service)
    opened.push(tab)
    tabs.push(tab)
    await until(() => tab.latest.connection?.isSynced === true)
  }
  return tabs
}

const isSettled = ({ latest: seen }: Tab): boolean => seen.messages.every(({ status }) => status === 'sent')

test('tabs of one user share one connection, and each displays all messages', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'before')
  const tabs = await openTabs(service, 4)

  service.postMessage('c1', 'bob', 'after')
  await until(() => tabs.every(({ latest: seen }) => seen.messages.length === 2))

  expect(tabs.map(({ latest: seen }) => getTexts(seen.messages))).toEqual(tabs.map(() => ['before', 'after']))
  expect(service.streamsOpened).toBe(1)
  tabs.forEach(({ stop }) => stop())
  await until(() => service.openStreams === 0)
})

test('a tab that opens late receives the whole text of a streaming message', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'tell me')
  const [leader] = await openTabs(service, 2)
  streamDelta(service, 0, 'Once ')
  streamDelta(service, 1, 'upon ')
  await until(() => leader?.latest.messages.length === 2)

  const [late] = await openTabs(service, 1)
  await until(() => late?.latest.messages.length === 2)
  const [, draft] = late?.latest.messages ?? []
  streamDelta(service, 2, 'a time')
  await until(() => getTexts(late?.latest.messages ?? []).includes('Once upon a time'))

  expect(draft).toMatchObject({ status: 'streaming', payload: { text: 'Once upon ' } })
  expect(service.streamsOpened).toBe(1)
})

test('if the leader closes while a bot streams, nothing is lost or repeated', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'tell me')
  const [leader, ...others] = await openTabs(service, 4)
  streamDelta(service, 0, 'Once ')
  for (let index = 0; index < 5; index++) sendEvent(service, `e${index}`)
  await until(() =>
    others.every(({ latest: seen, events }) => seen.messages.length === 2 && events.length === 5),
  )

  leader?.close()
  // No other tab has taken over yet.
  streamDelta(service, 1, 'upon ')
  for (let index = 5; index < 10; index++) sendEvent(service, `e${index}`)
  service.postMessage('c1', 'bob', 'missed')
  await until(() => service.streamsOpened === 2)
  streamDelta(service, 2, 'a time')
  await until(() => others.every(({ latest: seen }) => getTexts(seen.messages).includes('Once upon a time')))
  service.postMessage('c1', 'bot', 'Once upon a time.', { streamId: 's1' })
  await until(() => others.every(({ latest: seen }) => getTexts(seen.messages).includes('Once upon a time.')))

  for (const { latest: seen, events } of others) {
    expect(getTexts(seen.messages)).toEqual(['tell me', 'missed', 'Once upon a time.'])
    expect(events).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8', 'e9'])
  }
  expect(service.streamsOpened).toBe(2)
  const lists = service.requests.filter((request) => request === 'GET /conversations/messages')
  expect(lists).toHaveLength(4)
})

test('a leader hands over when its last subscriber leaves, and when its page is frozen', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'one')
  const [first, second, third] = await openTabs(service, 3)

  first?.stop()
  await until(() => service.streamsOpened === 2 && service.openStreams === 1)
  second?.freeze()
  await until(() => service.streamsOpened === 3 && service.openStreams === 1)
  service.postMessage('c1', 'bob', 'two')
  sendEvent(service, 'e1')
  await until(() => third?.latest.messages.length === 2 && third.events.length === 1)
  second?.resume()
  await until(() => second?.latest.messages.length === 2)

  expect(getTexts(second?.latest.messages ?? [])).toEqual(['one', 'two'])
  expect(service.streamsOpened).toBe(3)
})

test('a tab that was frozen reports a discontinuity if it missed signals', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'one')
  const [first, second] = await openTabs(service, 2)
  const gaps: unknown[] = []
  const listening = second?.conversation.signals$.subscribe((signal) => {
    if (signal.type === 'discontinuity') gaps.push(signal.data)
  })

  const channel = new BroadcastChannel(`v1:parley:stream:${service.url}:me`)
  let hasSnapshot = false
  channel.onmessage = ({ data }: { data: { type?: unknown } }) => (hasSnapshot ||= data.type === 'snapshot')

  second?.freeze()
  second?.resume()
  // Signals that the leader receives before it sends its snapshot count as missed.
  await until(() => hasSnapshot)
  service.postMessage('c1', 'bob', 'two')
  await until(() => second?.latest.messages.length === 2)
  expect(gaps).toEqual([])
  second?.freeze()
  service.postMessage('c1', 'bob', 'three')
  await until(() => first?.latest.messages.length === 3)
  second?.resume()
  await until(() => second?.latest.messages.length === 3)

  expect(gaps).toEqual([{ cause: 'reset' }])
  listening?.unsubscribe()
  channel.close()
})

test('a tab that was frozen updates its participants', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'one')
  const [first, second] = await openTabs(service, 2)
  let ids: string[] | undefined
  const listening = second?.conversation.participants$.subscribe(
    ({ participants }) => (ids = participants.map(({ id }) => id)),
  )
  await until(() => ids?.length === 0)

  second?.freeze()
  service.addParticipant('c1', 'eve')
  sendEvent(service, 'e1')
  await until(() => first?.events.length === 1)
  second?.resume()
  await until(() => ids?.length === 1)

  expect(ids).toEqual(['eve'])
  listening?.unsubscribe()
})

test('a late tab that becomes the leader does not receive earlier events', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'before')
  const [leader] = await openTabs(service, 1)
  for (const id of ['e1', 'e2', 'e3']) sendEvent(service, id)
  await until(() => leader?.events.length === 3)
  const [late] = await openTabs(service, 1)

  leader?.close()
  await until(() => service.streamsOpened === 2)
  sendEvent(service, 'e4')
  await until(() => late?.events.includes('e4') === true)

  expect(late?.events).toEqual(['e4'])
})

test('messages of all tabs are sent one at a time, and have the same order in all tabs', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'before')
  const tabs = await openTabs(service, 3)

  const sends = Array.from({ length: 30 }, async (_, index) =>
    tabs[index % 3]?.conversation.send({ type: 'text', text: `${index}` }),
  )
  const shown = tabs.map(({ latest: seen }) => seen.messages.length)
  await Promise.all(sends)
  await until(() => tabs.every((tab) => tab.latest.messages.length === 31 && isSettled(tab)))

  expect(shown).toEqual([11, 11, 11])
  const stored = getTexts(service.messages('c1'))
  expect(stored).toHaveLength(31)
  expect(new Set(stored).size).toBe(31)
  for (const [index, { latest: seen }] of tabs.entries()) {
    expect(getTexts(seen.messages)).toEqual(stored)
    const own = stored.filter((text) => text !== 'before' && Number(text) % 3 === index)
    expect(own).toEqual(own.toSorted((a, b) => Number(a) - Number(b)))
  }
})

test.each(['no_response', 'stored_no_response'] as const)(
  'if the sending tab closes during a request, another one sends the remaining messages, and none twice (%s)',
  async (outcome) => {
    await using service = await startFakeHostedService({ capabilities })
    service.postMessage('c1', 'bob', 'before')
    const [leader, ...others] = await openTabs(service, 3)
    service.scriptOutcomes(outcome)

    for (const text of ['one', 'two', 'three']) void leader?.conversation.send({ type: 'text', text })
    await until(() => service.requests.includes('POST /messages'))
    await until(() => others.every(({ latest: seen }) => seen.messages.length === 4))
    leader?.close()
    await until(() => service.messages('c1').length === 4 && others.every(isSettled))

    expect(getTexts(service.messages('c1'))).toEqual(['before', 'one', 'two', 'three'])
    for (const { latest: seen } of others)
      expect(getTexts(seen.messages)).toEqual(['before', 'one', 'two', 'three'])
  },
)

test('a failed message is failed in all tabs, and each can retry or discard it', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'before')
  const [one, other] = await openTabs(service, 2)
  service.scriptOutcomes('rejected', 'rejected')
  const sends = ['a', 'b'].map(async (text) => one?.conversation.send({ type: 'text', text }))
  await Promise.allSettled(sends)
  await until(() => other?.latest.messages.filter(({ status }) => status === 'failed').length === 2)
  const [, first, second] = other?.latest.messages ?? []

  const [late] = await openTabs(service, 1)
  await until(() => late?.latest.messages.length === 3)
  late?.conversation.discard(second?.key ?? '')
  await other?.conversation.retry(first?.key ?? '')
  await until(() => [one, other, late].every((tab) => tab?.latest.messages.length === 2 && isSettled(tab)))

  expect(first).toMatchObject({ status: 'failed', error: { type: 'InvalidPayload' } })
  for (const tab of [one, other, late]) expect(getTexts(tab?.latest.messages ?? [])).toEqual(['before', 'a'])
  expect(getTexts(service.messages('c1'))).toEqual(['before', 'a'])
})

function streamDelta(service: FakeHostedService, sequence: number, delta: string): void {
  const fields = {
    streamId: 's1',
    conversationId: 'c1',
    userId: 'bot',
    createdAt: '2026-01-02T00:00:00.000Z',
  }
  service.broadcast('c1', { type: 'message_stream_delta', data: { ...fields, sequence, delta } })
}

function sendEvent(service: FakeHostedService, id: string): void {
  const event = { id, createdAt: 'now', conversationId: 'c1', userId: 'bob', isBot: false, payload: {} }
  service.broadcast('c1', { type: 'event_created', data: event })
}
