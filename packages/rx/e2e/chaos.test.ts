import { expect, onTestFailed, test } from 'vitest'
import { openConversation } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { createRandom } from './model/random.ts'
import { chaosSeed } from './model/settings.ts'

const names = ['ann', 'bob', 'cat', 'dan']
const count = 1_000
const troubles = 50

test('1,000 messages over 50 cuts, silences and lost answers reach every listener once and in order', async () => {
  const seed = chaosSeed()
  onTestFailed(() => console.error(`Run it again with PARLEY_CHAOS_SEED=${seed}`))
  const random = createRandom(seed)
  await using service = await startFakeHostedService({ pingMs: 20 })
  service.postMessage('c1', 'bot', 'welcome')
  const listeners = await Promise.all(names.map((name) => listen(name)))

  async function listen(name: string) {
    const me = await connectUser(service, name, { idleTimeoutMs: 150, random: () => random() * 0.05 })
    const conversation = openConversation(me, 'c1', { random: () => random() * 0.05 })
    const appearances = new Map<string, number>()
    const seen = { texts: [] as unknown[], appearances, sends: [] as Promise<unknown>[] }
    let shown = new Set<string>()
    const watching = conversation.messages$.subscribe((messages) => {
      seen.texts = getTexts(messages)
      const keys = new Set(messages.map(({ key }) => key))
      for (const key of keys) if (!shown.has(key)) appearances.set(key, (appearances.get(key) ?? 0) + 1)
      shown = keys
    })
    let isSynced = false
    watching.add(conversation.connection$.subscribe((connection) => (isSynced = connection.isSynced)))
    await until(() => isSynced)
    return { conversation, seen, stop: () => watching.unsubscribe() }
  }

  for (let index = 0; index < count; index++) {
    if (index % (count / troubles) === 0) {
      const kind = random()
      if (kind < 0.6) service.disconnectAll()
      else if (kind < 0.8) service.stallStreams()
      else service.scriptOutcomes('not_answered', 'not_stored', 'overloaded')
    }
    const sender = listeners[Math.floor(random() * listeners.length)]
    sender?.seen.sends.push(sender.conversation.send({ type: 'text', text: `${index}` }))
    if (random() < 0.3) await until(() => service.messages('c1').length > index - 20)
  }
  await Promise.all(listeners.flatMap(({ seen }) => seen.sends))
  // Of a message whose answer it lost the service tells nobody: who looks again compares what is shown.
  for (const { conversation } of listeners) conversation.reconnectNow()
  await until(() => listeners.every(({ seen }) => seen.texts.length === count + 1))

  const expected = getTexts(service.messages('c1'))
  expect(new Set(expected)).toEqual(
    new Set(['welcome', ...Array.from({ length: count }, (_, index) => `${index}`)]),
  )
  expect(expected).toHaveLength(count + 1)
  for (const { seen, stop } of listeners) {
    expect(seen.texts).toEqual(expected)
    expect([...seen.appearances.values()].every((times) => times === 1)).toBe(true)
    expect(seen.appearances.size).toBe(count + 1)
    stop()
  }
})
