import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { openConversation } from '../src/index.ts'
import { connectUser, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

const quick = { random: () => 0.02, disconnectDelayMs: 20 }

test('a user who stops typing is no longer shown as typing after 6 s', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume', 'typing'] })
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, clock })
  let typing: readonly string[] = []
  const subscription = conversation.typing$.subscribe((latest) => (typing = latest))
  await until(() => service.openStreams === 1)
  const signalTyping = (userId: string): void =>
    service.broadcast('c1', { type: 'typing', data: { conversationId: 'c1', userId } })

  signalTyping('bob')
  await until(() => typing.includes('bob'))
  clock.advance(4_000)
  signalTyping('eve')
  await until(() => typing.includes('eve'))
  clock.advance(2_000)
  expect(typing).toEqual(['eve'])
  clock.advance(4_000)

  expect(typing).toEqual([])
  subscription.unsubscribe()
})

test('without typing signals, typing is sent and received as an event if the app enables it', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const [me, bob] = await Promise.all([connectUser(service, 'me'), connectUser(service, 'bob')])
  const silent = openConversation(me, 'c1', { ...quick, clock })
  const mine = openConversation(me, 'c1', { ...quick, clock, typingEvents: true })
  const theirs = openConversation(bob, 'c1', { ...quick, clock, typingEvents: true })
  let typing: readonly string[] = []
  const subscription = theirs.typing$.subscribe((latest) => (typing = latest))
  await until(() => service.openStreams === 1)

  silent.sendTyping()
  for (let stroke = 0; stroke < 5; stroke++) mine.sendTyping()
  await until(() => typing.includes('me'))
  clock.advance(3_000)
  mine.sendTyping()
  const events = (): number => service.requests.filter((request) => request === 'POST /events').length
  await until(() => events() === 2)

  expect(typing).toEqual(['me'])
  subscription.unsubscribe()
})

test('typing is sent again after the clock was set back', async () => {
  await using service = await startFakeHostedService({ capabilities: ['typing'] })
  service.postMessage('c1', 'bob', 'before')
  const clock = createFakeClock()
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', { ...quick, clock })
  const countRequests = (): number =>
    service.requests.filter((request) => request === 'PUT /conversations/typing').length

  conversation.sendTyping()
  await until(() => countRequests() === 1)
  clock.setBack(3_600_000)
  clock.advance(3_000)
  conversation.sendTyping()
  conversation.sendTyping()
  await until(() => countRequests() >= 2)

  expect(countRequests()).toBe(2)
})

test('an event with an unknown outcome fails, and is never sent twice', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)

  await expect(conversation.sendEvent({ type: 'wave' })).resolves.toMatchObject({ payload: { type: 'wave' } })
  service.scriptOutcomes('response_lost')
  await expect(conversation.sendEvent({ type: 'lost' })).rejects.toMatchObject({ type: 'NetworkFailed' })

  expect(service.requests.filter((request) => request === 'POST /events')).toHaveLength(2)
})

test('events that do not match the app’s schema are emitted by invalid$', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  const me = await connectUser(service, 'me', { schemas: { events: waves } })
  const conversation = openConversation(me, 'c1', quick)
  const events: unknown[] = []
  const invalid: unknown[] = []
  const subscription = conversation.events$.subscribe(({ payload }) => void events.push(payload))
  subscription.add(conversation.invalid$.subscribe(({ data }) => void invalid.push(data)))
  await until(() => service.openStreams === 1)

  const event = { id: 'e', createdAt: 'now', conversationId: 'c1', userId: 'bob', isBot: false }
  for (const [index, type] of ['wave', 'nod', 'wave'].entries())
    service.broadcast('c1', { type: 'event_created', data: { ...event, id: `e${index}`, payload: { type } } })
  await until(() => events.length === 2)

  expect(events).toEqual([{ type: 'wave' }, { type: 'wave' }])
  expect(invalid).toMatchObject([{ type: 'event_created', data: { payload: { type: 'nod' } } }])
  subscription.unsubscribe()
})

const waves: StandardSchemaV1<{ type: 'wave' }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      (value as { type?: unknown }).type === 'wave'
        ? { value: { type: 'wave' } }
        : { issues: [{ message: 'Only waves.' }] },
  },
}
