import type { ConnectedUser } from '@parley/core'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { openConversation } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'
import { watch } from './watch.ts'

const blocked = { type: 'text', text: 'blocked' } as const
const next = { type: 'text', text: 'next' } as const

interface Firewall {
  me: ConnectedUser
  /** The idempotency keys of the messages that it inspected. */
  keys: (string | null)[]
  isOn: boolean
}

/** A user behind a firewall that answers some messages itself. */
async function joinThroughFirewall(service: FakeHostedService, respond: () => Response): Promise<Firewall> {
  const firewall = { keys: [] as (string | null)[], isOn: true }
  const me = await connectUser(service, 'me', {
    async fetch(input, init) {
      const request = new Request(input, init)
      if (request.method !== 'POST' || !(await request.clone().text()).includes('"blocked"'))
        return fetch(request)
      firewall.keys.push(request.headers.get('idempotency-key'))
      return firewall.isOn ? respond() : fetch(request)
    },
  })
  return Object.assign(firewall, { me })
}

/** The error that a browser reports for a response without CORS headers. */
function hideResponse(): Response {
  throw new TypeError('Failed to fetch')
}

test('after five attempts over 30 s while other requests succeed, a message fails and unblocks others', async () => {
  await using service = await startFakeHostedService({
    capabilities: ['user-stream', 'resume', 'idempotency'],
  })
  service.postMessage('c1', 'bob', 'before')
  const firewall = await joinThroughFirewall(service, hideResponse)
  const clock = createFakeClock()
  const conversation = openConversation(firewall.me, 'c1', { random: () => 1, clock })
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)

  const failing = conversation.send(blocked)
  const sent = conversation.send(next)
  for (const [index, delayMs] of [1_000, 2_000, 4_000, 8_000, 16_000].entries()) {
    await until(() => firewall.keys.length === index + 1 && clock.waits.includes(delayMs))
    expect(seen.messages.slice(1)).toMatchObject([{ status: 'sending' }, { status: 'sending' }])
    clock.advance(delayMs)
  }
  await expect(failing).rejects.toMatchObject({ type: 'NetworkFailed' })
  await sent
  await until(() => seen.messages.at(1)?.status === 'sent')

  const [, , failed] = seen.messages
  expect(failed).toMatchObject({ status: 'failed', payload: blocked, error: { type: 'NetworkFailed' } })
  expect(getTexts(service.messages('c1'))).toEqual(['before', 'next'])
  expect(firewall.keys).toHaveLength(5)

  firewall.isOn = false
  await conversation.retry(failed?.key ?? '')

  expect(getTexts(service.messages('c1'))).toEqual(['before', 'next', 'blocked'])
  expect(new Set(firewall.keys)).toEqual(new Set([failed?.key]))
  stop()
  await until(() => !clock.waits.includes(30_000))
})

test('a message waits while no request succeeds, and is sent when the network is back', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'before')
  let isOffline = false
  const me = await connectUser(service, 'me', {
    fetch: async (input, init) => (isOffline ? hideResponse() : fetch(input, init)),
  })
  const clock = createFakeClock()
  const conversation = openConversation(me, 'c1', { random: () => 1, clock })
  const { latest: seen, stop } = watch(conversation)
  await until(() => seen.connection?.isSynced === true)

  isOffline = true
  const sending = conversation.send(next)
  for (const delayMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    await until(() => clock.waits.includes(delayMs))
    clock.advance(delayMs)
  }
  await until(() => clock.waits.includes(30_000))
  expect(seen.messages.at(-1)).toMatchObject({ status: 'sending' })
  isOffline = false
  conversation.reconnectNow()
  await sending

  expect(getTexts(service.messages('c1'))).toEqual(['before', 'next'])
  stop()
})

test.each([403, 413])(
  'a message that a firewall refuses with a readable %i fails at once',
  async (status) => {
    await using service = await startFakeHostedService()
    service.postMessage('c1', 'bob', 'before')
    const headers = { 'content-type': 'text/html' }
    const firewall = await joinThroughFirewall(
      service,
      () => new Response('<h1>Request blocked</h1>', { status, headers }),
    )
    const conversation = openConversation(firewall.me, 'c1', { random: () => 0.02, disconnectDelayMs: 20 })

    const failing = conversation.send(blocked)
    await conversation.send(next)

    await expect(failing).rejects.toMatchObject({ type: 'RequestBlocked', status })
    expect(firewall.keys).toHaveLength(1)
    expect(getTexts(service.messages('c1'))).toEqual(['before', 'next'])
  },
)
