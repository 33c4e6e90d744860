import { expect, onTestFailed, test } from 'vitest'
import { openConversation } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { createRandom } from './model/random.ts'
import { chaosSeed } from './model/settings.ts'

const names = ['ann', 'bob', 'cat', 'dan']
const count = 1_000
const faultCount = 50

test('1,000 messages reach every client once and in order despite 50 faults', async () => {
  const seed = chaosSeed()
  onTestFailed(() => console.error(`Repeat it with PARLEY_CHAOS_SEED=${seed}`))
  const random = createRandom(seed)
  await using service = await startFakeHostedService({ pingMs: 20 })
  service.postMessage('c1', 'bot', 'welcome')
  const clients = await Promise.all(names.map((name) => openClient(name)))

  async function openClient(name: string) {
    const me = await connectUser(service, name, { idleTimeoutMs: 150, random: () => random() * 0.05 })
    const conversation = openConversation(me, 'c1', { random: () => random() * 0.05 })
    const appearances = new Map<string, number>()
    const seen = { texts: [] as unknown[], appearances, sends: [] as Promise<unknown>[] }
    let displayed = new Set<string>()
    const subscription = conversation.messages$.subscribe((messages) => {
      seen.texts = getTexts(messages)
      const keys = new Set(messages.map(({ key }) => key))
      for (const key of keys) if (!displayed.has(key)) appearances.set(key, (appearances.get(key) ?? 0) + 1)
      displayed = keys
    })
    let isSynced = false
    subscription.add(conversation.connection$.subscribe((connection) => (isSynced = connection.isSynced)))
    await until(() => isSynced)
    return { conversation, seen, stop: () => subscription.unsubscribe() }
  }

  for (let index = 0; index < count; index++) {
    if (index % (count / faultCount) === 0) {
      const kind = random()
      if (kind < 0.6) service.disconnectAll()
      else if (kind < 0.8) service.stallStreams()
      else service.scriptOutcomes('response_lost', 'request_lost', 'overloaded')
    }
    const sender = clients[Math.floor(random() * clients.length)]
    sender?.seen.sends.push(sender.conversation.send({ type: 'text', text: `${index}` }))
    if (random() < 0.3) await until(() => service.messages('c1').length > index - 20)
  }
  await Promise.all(clients.flatMap(({ seen }) => seen.sends))
  // The service sends no echo of a message whose response was lost: clients find it on the next sync.
  for (const { conversation } of clients) conversation.reconnectNow()
  await until(() => clients.every(({ seen }) => seen.texts.length === count + 1))

  const expected = getTexts(service.messages('c1'))
  expect(new Set(expected)).toEqual(
    new Set(['welcome', ...Array.from({ length: count }, (_, index) => `${index}`)]),
  )
  expect(expected).toHaveLength(count + 1)
  for (const { seen, stop } of clients) {
    expect(seen.texts).toEqual(expected)
    expect([...seen.appearances.values()].every((times) => times === 1)).toBe(true)
    expect(seen.appearances.size).toBe(count + 1)
    stop()
  }
})
