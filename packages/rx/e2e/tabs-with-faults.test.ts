import { BehaviorSubject } from 'rxjs'
import { afterEach, expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { createTabCoordinator, type TabEnvironment } from '../src/tabs/index.ts'
import { getPageEnvironment } from '../src/tabs/tab-environment.ts'
import { joinTabOutbox } from '../src/tabs/tab-outbox.ts'
import { getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { reduceAll, queued } from './model/timeline-actions.ts'
import { openTab, type Tab } from './open-tab.ts'

const capabilities = ['user-stream', 'resume']
const opened: Tab[] = []

afterEach(() => opened.splice(0).forEach((tab) => tab.close()))

async function open(...args: Parameters<typeof openTab>): Promise<Tab> {
  const tab = await openTab(...args)
  opened.push(tab)
  await until(() => tab.latest.connection?.isSynced === true)
  return tab
}

test('a tab that loses its leadership by mistake closes its connection and follows', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'one')
  const { openChannel } = getPageEnvironment()
  const silentChannel = { postMessage() {}, close() {}, onmessage: null }
  const clock = createFakeClock()
  const suspended: Partial<TabEnvironment> = {
    openChannel: (name) => (name.endsWith(':leader') ? silentChannel : openChannel(name)),
  }
  const first = await open(service, { environment: suspended })
  const second = await open(service, { environment: { clock } })

  for (let check = 0; check < 3; check++) clock.advance(5_000)
  await until(() => service.streamsOpened === 2)
  await until(() => service.openStreams === 1)
  service.postMessage('c1', 'bob', 'two')
  await until(() => [first, second].every(({ latest: seen }) => seen.messages.length === 2))

  expect(service.streamsOpened).toBe(2)
})

test('a tab that learns late of its lost leadership follows as well', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'one')
  const { openChannel } = getPageEnvironment()
  const silentChannel = { postMessage() {}, close() {}, onmessage: null }
  const clock = createFakeClock()
  let learn = (): void => {}
  const learned = new Promise<void>((resolve) => (learn = resolve))
  const late: Partial<TabEnvironment> = {
    openChannel: (name) => (name.endsWith(':leader') ? silentChannel : openChannel(name)),
    locks: {
      request: (async (...args: Parameters<LockManager['request']>) =>
        navigator.locks.request(...args).catch(async (error: unknown) => {
          await learned
          throw error
        })) as LockManager['request'],
    },
  }
  const first = await open(service, { environment: late })
  const second = await open(service, { environment: { clock } })

  for (let check = 0; check < 3; check++) clock.advance(5_000)
  await until(() => service.streamsOpened === 2)
  service.postMessage('c1', 'bob', 'two')
  await until(() => [first, second].every(({ latest: seen }) => seen.messages.length === 2))
  learn()
  await until(() => service.openStreams === 1)
  service.postMessage('c1', 'bob', 'three')
  await until(() => [first, second].every(({ latest: seen }) => seen.messages.length === 3))

  expect(getTexts(first.latest.messages)).toEqual(['one', 'two', 'three'])
})

test('a tab does not send messages that another tab sent while it was frozen', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'before')
  const leader = await open(service)
  const frozenTab = await open(service)
  const other = await open(service)
  service.scriptOutcomes('no_response')

  void leader.conversation.send({ type: 'text', text: 'one' })
  await until(() => service.requests.includes('POST /messages'))
  void frozenTab.conversation.send({ type: 'text', text: 'two' })
  await until(() => other.latest.messages.length === 3)
  frozenTab.freeze()
  leader.close()
  await until(() => other.latest.messages.every(({ status }) => status === 'sent'))
  while ((await navigator.locks.query()).held?.some(({ name }) => name?.includes('outbox')));
  frozenTab.resume()
  await until(() => frozenTab.latest.messages.every(({ status }) => status === 'sent'))
  await frozenTab.conversation.send({ type: 'text', text: 'three' })

  expect(getTexts(service.messages('c1'))).toEqual(['before', 'one', 'two', 'three'])
  expect(getTexts(frozenTab.latest.messages)).toEqual(['before', 'one', 'two', 'three'])
})

test('messages that are pending when a tab freezes count as maybe delivered', () => {
  const active$ = new BehaviorSubject(true)
  const started = new Set<string>()
  const timeline = reduceAll(queued)
  const outbox = joinTabOutbox(
    { ...getPageEnvironment(), pageActive$: active$ },
    {
      lockName: 'frozen',
      channelName: 'frozen',
      outbox: { getTimeline: () => timeline, dispatch() {}, maybeDelivered: started, run() {} },
    },
  )
  expect(started).toEqual(new Set())

  active$.next(false)

  expect(started).toEqual(new Set(['k']))
  outbox.leave()
})

test('each delta of a burst is posted once', async () => {
  await using service = await startFakeHostedService({ capabilities })
  service.postMessage('c1', 'bob', 'tell me')
  const posts: string[] = []
  const { openChannel } = getPageEnvironment()
  const counting: Partial<TabEnvironment> = {
    // Without the fake clock, waiting tabs would ping the leader.
    clock: createFakeClock(),
    openChannel(name) {
      const channel = openChannel(name)
      const post = channel.postMessage.bind(channel)
      channel.postMessage = (message) => {
        posts.push(name.replace(/:http.*\/demo:me/, ''))
        post(message)
      }
      return channel
    },
  }
  const tabs = [
    await open(service, { environment: counting }),
    await open(service, { environment: counting }),
    await open(service, { environment: counting }),
  ]
  posts.length = 0

  for (let sequence = 0; sequence < 200; sequence++) {
    const fields = { streamId: 's1', conversationId: 'c1', userId: 'bot', createdAt: 'now' }
    service.broadcast('c1', {
      type: 'message_stream_delta',
      data: { ...fields, sequence, delta: `${sequence} ` },
    })
  }
  await until(() => tabs.every(({ latest: seen }) => String(getTexts(seen.messages)[1]).endsWith('199 ')))

  expect(posts).toEqual(Array.from({ length: 200 }, () => 'v1:parley:stream'))
})

test('createTabCoordinator throws if the page is not allowed to open channels', () => {
  const denied = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  }

  expect(() => createTabCoordinator({ openChannel: denied })).toThrow('insecure')
})
