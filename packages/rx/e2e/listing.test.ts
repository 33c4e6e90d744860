import { expect, test } from 'vitest'
import { openConversation, openInbox, type InboxConversation } from '../src/index.ts'
import { connectUser, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

const quick = { random: () => 0.02, disconnectDelayMs: 20 }

/** Holds the responses to some requests until they are released, one by one. */
function createGate(isHeld: (path: string) => boolean) {
  const held: (() => void)[] = []
  return {
    held,
    release: () => held.shift()?.(),
    fetch: async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const request = new Request(input, init)
      const response = await fetch(request)
      if (isHeld(new URL(request.url).pathname)) await new Promise<void>((resolve) => held.push(resolve))
      request.signal.throwIfAborted()
      return response
    },
  }
}

test('the list appears while conversations arrive faster than it loads, and loads once more for all', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream'] })
  service.postMessage('c0', 'bob', 'hello')
  const gate = createGate((path) => path.endsWith('/conversations'))
  let rows: readonly InboxConversation[] = []
  const inbox = openInbox(await connectUser(service, 'me', { fetch: gate.fetch }), quick)
  const subscription = inbox.conversations$.subscribe((latest) => (rows = latest))
  await until(() => gate.held.length === 1)
  const countLists = (): number =>
    service.requests.filter((request) => request === 'GET /conversations').length

  let received = 0
  const me = await connectUser(service, 'me')
  const counting = new AbortController()
  void (async () => {
    for await (const _ of me.listenUser({ signal: counting.signal })) received++
  })().catch(() => {})
  await until(() => service.openStreams === 2)
  for (let index = 1; index <= 5; index++) service.postMessage(`c${index}`, 'bob', 'new')
  await until(() => received === 5)
  expect(countLists()).toBe(1)
  gate.release()
  await until(() => rows.length === 1 && gate.held.length === 1)
  gate.release()
  await until(() => rows.length === 6)

  expect(countLists()).toBe(2)
  counting.abort()
  subscription.unsubscribe()
})

test('participants appear while others join faster than the list loads', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'hello')
  service.addParticipant('c1', 'bob')
  const gate = createGate((path) => path.endsWith('/participants'))
  const conversation = openConversation(await connectUser(service, 'me', { fetch: gate.fetch }), 'c1', quick)
  const seen: string[] = []
  const signals: string[] = []
  const subscription = conversation.signals$.subscribe(({ type }) => signals.push(type))
  subscription.add(
    conversation.participants$.subscribe(({ participants, isLoading }) => {
      if (!isLoading) seen.push(participants.map(({ id }) => id).join())
    }),
  )
  await until(() => gate.held.length === 1)

  for (const id of ['ann', 'cid', 'dan']) service.addParticipant('c1', id)
  await until(() => signals.length === 3)
  gate.release()
  await until(() => seen.length === 1)
  await until(() => gate.held.length === 1)
  gate.release()
  await until(() => seen.at(-1) === 'bob,ann,cid,dan')

  expect(seen[0]).toBe('bob')
  subscription.unsubscribe()
})

test('messages appear even if each connection ends before they are listed', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'one')
  const gate = createGate((path) => path.endsWith('/messages'))
  const conversation = openConversation(await connectUser(service, 'me', { fetch: gate.fetch }), 'c1', quick)
  let shown = 0
  let isSynced = false
  const states: string[] = []
  const subscription = conversation.messages$.subscribe((messages) => (shown = messages.length))
  subscription.add(
    conversation.connection$.subscribe((connection) => {
      ;({ isSynced } = connection)
      if (connection.state !== states.at(-1)) states.push(connection.state)
    }),
  )
  await until(() => gate.held.length === 1)

  const countOnline = (): number => states.filter((state) => state === 'online').length
  for (let cut = 1; cut <= 3; cut++) {
    service.disconnectAll()
    // Not when the server has opened the stream: a list that starts before the client sees that cannot close the gap,
    // so that a third list would follow.
    await until(() => countOnline() === cut + 1)
  }
  gate.release()
  await until(() => shown === 1)
  expect(isSynced).toBe(false)
  service.postMessage('c1', 'bob', 'two')
  await until(() => gate.held.length === 1)
  gate.release()
  await until(() => isSynced)

  expect(shown).toBe(2)
  subscription.unsubscribe()
})

test('lists are requested in pages of 100 if the server supports that', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'limit'] })
  service.postMessage('c1', 'bob', 'hello')
  const queries: string[] = []
  const me = await connectUser(service, 'me', {
    async fetch(input, init) {
      const request = new Request(input, init)
      const { pathname, search } = new URL(request.url)
      queries.push(`${pathname}${search}`)
      return fetch(request)
    },
  })
  const subscription = openInbox(me, quick).conversations$.subscribe(() => {})
  subscription.add(openConversation(me, 'c1', quick).participants$.subscribe(() => {}))

  await until(() => queries.some((query) => query.includes('/participants')))
  await until(() => queries.some((query) => query.includes('/conversations?')))

  expect(queries).toContain('/demo/conversations?limit=100')
  expect(queries).toContain('/demo/conversations/c1/participants?limit=100')
  subscription.unsubscribe()
})
