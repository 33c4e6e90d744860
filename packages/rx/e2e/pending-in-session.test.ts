import { expect, test } from 'vitest'
import { createFakeClock, type FakeClock } from '../../core/e2e/fake-clock.ts'
import { sessionOf, type SessionOptions, type ConversationStore } from '../src/session/index.ts'
import { createTabCoordinator } from '../src/tabs/index.ts'
import { connectUser, until } from './connect-user.ts'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

interface Visit extends ConversationStore {
  clock: FakeClock
  stop: () => void
}

async function visit(service: FakeHostedService, { options, ...more }: SessionOptions = {}): Promise<Visit> {
  const clock = createFakeClock()
  const session = sessionOf(await connectUser(service, 'me'), { ...more, options: { ...options, clock } })
  const conversation = session.conversation('c1')
  const stop = conversation.state.subscribe(() => {})
  await until(() => conversation.state.get().connection.isSynced)
  return { ...conversation, clock, stop }
}

/** Unsubscribes for the retention time of a conversation. Returns whether the conversation is still open. */
async function leaveForRetentionTime({ ref, clock, stop }: Visit): Promise<boolean> {
  const before = ref.getHandle()
  stop()
  await until(() => clock.waits.includes(300_000))
  clock.advance(300_000)
  return ref.getHandle() === before
}

const statuses = ({ state }: Visit): string[] => state.get().messages.map(({ status }) => status)

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
  await expect(first.actions.send('one')).rejects.toMatchObject({ type: 'InvalidPayload' })
  await until(() => [...storage.entries.values()].join().includes('InvalidPayload'))
  first.stop()

  const second = await visit(service, { storage })
  await until(() => statuses(second).includes('failed'))
  service.scriptOutcomes('no_response')
  void second.actions.send('two')
  const restored = second.state.get().messages.find(({ status }) => status === 'failed')
  second.actions.discard(restored?.key ?? '')

  expect(statuses(second)).toEqual(['sent', 'sending'])
  expect(await leaveForRetentionTime(second)).toBe(true)
})

test('a conversation closes after its only failed message was discarded in another tab', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  service.postMessage('c1', 'bob', 'before')
  const here = await visit(service, { options: { tabs: createTabCoordinator() } })
  const there = await visit(service, { options: { tabs: createTabCoordinator() } })
  service.scriptOutcomes('rejected')
  await expect(here.actions.send('one')).rejects.toMatchObject({ type: 'InvalidPayload' })
  await until(() => statuses(there).includes('failed'))

  there.actions.discard(there.state.get().messages.at(-1)?.key ?? '')
  await until(() => !statuses(here).includes('failed'))

  expect(await leaveForRetentionTime(here)).toBe(false)
  there.stop()
})

test('a conversation that stayed open for a pending message closes once that message is gone', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const visited = await visit(service)
  const { ref, actions } = visited
  service.scriptOutcomes('rejected')
  await expect(actions.send('one')).rejects.toMatchObject({ type: 'InvalidPayload' })
  const key = visited.state.get().messages.at(-1)?.key ?? ''
  const before = ref.getHandle()

  expect(await leaveForRetentionTime(visited)).toBe(true)
  actions.discard(key)

  expect(ref.getHandle()).not.toBe(before)
})
