import { expect, test } from 'vitest'
import { createFakeClock, type FakeClock } from '../../core/e2e/fake-clock.ts'
import type { ChatMessage } from '../src/index.ts'
import { sessionOf, type SessionConversation, type SessionOptions } from '../src/session/index.ts'
import { createTabCoordinator } from '../src/tabs/index.ts'
import { connectUser, until } from './connect-user.ts'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { observe, type Observed } from './observe.ts'

interface Visit {
  conversation: SessionConversation
  messages: Observed<readonly ChatMessage[]>
  clock: FakeClock
  stop: () => void
}

async function visit(service: FakeHostedService, { options, ...more }: SessionOptions = {}): Promise<Visit> {
  const clock = createFakeClock()
  const session = sessionOf(await connectUser(service, 'me'), { ...more, options: { ...options, clock } })
  const conversation = session.conversation('c1')
  const messages = observe(conversation.messages$)
  const connection = observe(conversation.connection$)
  await until(() => connection.latest?.isSynced === true)
  function stop(): void {
    messages.stop()
    connection.stop()
  }
  return { conversation, messages, clock, stop }
}

/** Unsubscribes for the `gcTimeMs` of a conversation. Returns whether the conversation is still open. */
async function leaveForGcTime({ conversation, clock, stop }: Visit): Promise<boolean> {
  const before = conversation.getOpened()
  stop()
  await until(() => clock.waits.includes(300_000))
  clock.advance(300_000)
  return conversation.getOpened() === before
}

const sendText = ({ conversation }: Visit, text: string) => conversation.send({ type: 'text', text })

const statuses = ({ messages }: Visit): string[] => (messages.latest ?? []).map(({ status }) => status)

const lastKey = ({ messages }: Visit): string => messages.latest?.at(-1)?.key ?? ''

function createStorage() {
  const entries = new Map<string, string>()
  return {
    entries,
    getItem: (name: string) => entries.get(name),
    setItem: (name: string, value: string) => entries.set(name, value),
    removeItem: (name: string) => entries.delete(name),
  }
}

test('a conversation with an in-flight message stays open after a restored message was discarded', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const storage = createStorage()
  const first = await visit(service, { storage })
  service.scriptOutcomes('rejected')
  await expect(sendText(first, 'one')).rejects.toMatchObject({ type: 'InvalidPayload' })
  await until(() => [...storage.entries.values()].join().includes('InvalidPayload'))
  first.stop()

  const second = await visit(service, { storage })
  await until(() => statuses(second).includes('failed'))
  service.scriptOutcomes('no_response')
  void sendText(second, 'two')
  const restored = second.messages.latest?.find(({ status }) => status === 'failed')
  second.conversation.discard(restored?.key ?? '')

  expect(statuses(second)).toEqual(['sent', 'sending'])
  expect(await leaveForGcTime(second)).toBe(true)
})

test('a conversation closes after its only failed message was discarded in another tab', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  service.postMessage('c1', 'bob', 'before')
  const here = await visit(service, { options: { tabs: createTabCoordinator() } })
  const there = await visit(service, { options: { tabs: createTabCoordinator() } })
  service.scriptOutcomes('rejected')
  await expect(sendText(here, 'one')).rejects.toMatchObject({ type: 'InvalidPayload' })
  await until(() => statuses(there).includes('failed'))

  there.conversation.discard(lastKey(there))
  await until(() => !statuses(here).includes('failed'))

  expect(await leaveForGcTime(here)).toBe(false)
  there.stop()
})

test('a conversation that stayed open for a pending message closes once that message is gone', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const visited = await visit(service)
  const { conversation } = visited
  service.scriptOutcomes('rejected')
  await expect(sendText(visited, 'one')).rejects.toMatchObject({ type: 'InvalidPayload' })
  const key = lastKey(visited)
  const before = conversation.getOpened()

  expect(await leaveForGcTime(visited)).toBe(true)
  conversation.discard(key)

  expect(conversation.getOpened()).not.toBe(before)
})
