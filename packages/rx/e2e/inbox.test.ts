import { filter, firstValueFrom, map, merge, NEVER, of } from 'rxjs'
import { expect, test } from 'vitest'
import { createFakeClock } from '../../core/e2e/fake-clock.ts'
import { openInbox, type Inbox, type InboxConversation } from '../src/index.ts'
import { createTabCoordinator } from '../src/tabs/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

const quick = { random: () => 0.02, disconnectDelayMs: 20 }

test.each([
  ['a stream of all conversations', ['user-stream']],
  ['polling', undefined],
])('the inbox is updated by %s, and counts unread messages', async (_, capabilities) => {
  await using service = await startFakeHostedService(capabilities && { capabilities })
  for (const id of ['c1', 'c2', 'c3']) service.postMessage(id, 'bob', `in ${id}`)
  const entries = new Map<string, string>()
  const storage = {
    getItem: (name: string) => entries.get(name),
    setItem: (name: string, value: string) => entries.set(name, value),
  }
  const me = await connectUser(service, 'me')
  const open = () => openInbox(me, { ...quick, storage, pollIntervalMs: 30 })
  let rows: readonly InboxConversation[] = []
  const row = (id: string): InboxConversation | undefined => rows.find((candidate) => candidate.id === id)
  const inbox = open()
  const subscription = inbox.conversations$.subscribe((latest) => (rows = latest))
  await until(() => rows.length === 3)

  // Only visible conversations are loaded. Messages from before the first visit count as read.
  expect(row('c1')).not.toHaveProperty('unread')
  inbox.setVisible(['c1', 'c2'])
  await until(() => row('c1')?.unread === 0 && row('c2')?.unread === 0)
  service.postMessage('c1', 'bob', 'one')
  service.postMessage('c1', 'me', 'mine')
  service.postMessage('c1', 'bob', 'two')
  service.postMessage('c4', 'bob', 'new')
  await until(() => row('c1')?.unread === 2 && rows.length === 4)
  expect(rows.map(({ id }) => id)).toEqual(['c4', 'c1', 'c3', 'c2'])
  const { lastMessage } = row('c1') ?? {}
  expect(getTexts(lastMessage ? [lastMessage] : [])).toEqual(['two'])

  const second = row('c2')
  inbox.markRead('c1')
  expect(row('c1')?.unread).toBe(0)
  expect(row('c2')).toBe(second)
  service.postMessage('c1', 'bob', 'three')
  await until(() => row('c1')?.unread === 1)
  subscription.unsubscribe()
  await until(() => service.openStreams === 0)

  const again = open()
  again.setVisible(['c1', 'c4'])
  rows = []
  const secondSubscription = again.conversations$.subscribe((latest) => (rows = latest))
  await until(() => row('c1')?.unread === 1 && row('c4')?.unread === 1)
  secondSubscription.unsubscribe()
})

test('a conversation that is removed during a listing does not reappear', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream'] })
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', `in ${id}`)
  let isHeld = false
  let release = (): void => {}
  const me = await connectUser(service, 'me', {
    async fetch(input, init) {
      const response = await fetch(input, init)
      if (isHeld && new URL(response.url).pathname.endsWith('/conversations'))
        await new Promise<void>((resolve) => (release = resolve))
      return response
    },
  })
  let ids: string[] = []
  const subscription = openInbox(me, quick).conversations$.subscribe(
    (rows) => (ids = rows.map(({ id }) => id)),
  )
  await until(() => ids.length === 2)
  const countLists = (): number =>
    service.requests.filter((request) => request === 'GET /conversations').length

  isHeld = true
  service.postMessage('c3', 'bob', 'new')
  await until(() => countLists() === 2)
  service.removeConversation('c2')
  await until(() => !ids.includes('c2'))
  isHeld = false
  release()
  await until(() => ids.includes('c3'))

  expect(ids).toEqual(['c3', 'c1'])
  subscription.unsubscribe()
})

test('days of polling leak nothing', async () => {
  await using service = await startFakeHostedService()
  const clock = createFakeClock()
  const me = await connectUser(service, 'me', {
    fetch: (input, init) =>
      String(input instanceof Request ? input.url : input).endsWith('/conversations')
        ? new Promise(() => {})
        : fetch(input, init),
  })
  const subscription = openInbox(me, { ...quick, clock, disconnectDelayMs: 0 }).conversations$.subscribe()
  await until(() => clock.waits.length === 1)

  for (let poll = 0; poll < 5_000; poll++) clock.advance(30_000)
  subscription.unsubscribe()
  clock.advance(1)

  expect(clock.waits).toEqual([])
})

test('read markers of one tab apply to the others, and no tab loses the marks of another', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', `in ${id}`)
  const entries = new Map<string, string>()
  const storage = {
    getItem: (name: string) => entries.get(name),
    setItem: (name: string, value: string) => entries.set(name, value),
  }
  const seen: (readonly InboxConversation[])[] = [[], [], []]
  const unread = (tab: number): string =>
    (seen[tab] ?? [])
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((row) => String(row.unread))
      .join()
  const open = async (tab: number) => {
    const tabs = createTabCoordinator({ pageActive$: of(true), reconnect$: NEVER })
    const inbox = openInbox(await connectUser(service, 'me'), { ...quick, storage, tabs })
    inbox.setVisible(['c1', 'c2'])
    return { inbox, subscription: inbox.conversations$.subscribe((rows) => (seen[tab] = rows)) }
  }
  const first = await open(0)
  const second = await open(1)
  await until(() => [0, 1].every((tab) => unread(tab) === '0,0'))
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', 'more')
  await until(() => [0, 1].every((tab) => unread(tab) === '1,1'))

  first.inbox.markRead('c1')
  await until(() => unread(1) === '0,1')
  second.inbox.markRead('c2')
  await until(() => unread(0) === '0,0')
  first.subscription.unsubscribe()
  second.subscription.unsubscribe()
  const late = await open(2)
  await until(() => unread(2) !== '' && !unread(2).includes('undefined'))

  expect(unread(2)).toBe('0,0')
  late.subscription.unsubscribe()
})

test('the storage keeps the read markers of two pages without a channel', async () => {
  await using service = await startFakeHostedService()
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', `in ${id}`)
  const entries = new Map<string, string>()
  const storage = {
    getItem: async (name: string) => entries.get(name),
    setItem: async (name: string, value: string) => entries.set(name, value),
  }
  const me = await connectUser(service, 'me')
  const open = () => {
    const inbox = openInbox(me, { ...quick, storage, pollIntervalMs: 30 })
    inbox.setVisible(['c1', 'c2'])
    return inbox
  }
  const unread = async (inbox: Inbox, isKnown: (counts: string) => boolean): Promise<string> =>
    firstValueFrom(
      inbox.conversations$.pipe(
        map((rows) =>
          rows
            .map((row) => `${row.id} ${row.unread}`)
            .toSorted()
            .join(),
        ),
        filter(isKnown),
      ),
    )
  const [first, second] = [open(), open()]
  const subscription = merge(first.conversations$, second.conversations$).subscribe()
  for (const inbox of [first, second]) await unread(inbox, (counts) => counts === 'c1 0,c2 0')
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', 'more')
  for (const inbox of [first, second]) await unread(inbox, (counts) => counts === 'c1 1,c2 1')

  const readTo = (id: string): string => service.messages(id).at(-1)?.createdAt ?? ''
  first.markRead('c1')
  await until(() => [...entries.values()].join().includes(`["c1","${readTo('c1')}"]`))
  second.markRead('c2')
  await until(() => [...entries.values()].join().includes(`["c2","${readTo('c2')}"]`))
  subscription.unsubscribe()
  const late = await unread(open(), (counts) => counts.length > 0 && !counts.includes('undefined'))

  expect(late).toBe('c1 0,c2 0')
})

test('a read marker that arrives during a listing does not replace the stored marks', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', `in ${id}`)
  const entries = new Map<string, string>()
  const storage = {
    getItem: (name: string) => entries.get(name),
    setItem: (name: string, value: string) => entries.set(name, value),
  }
  let isHeld = false
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const open = async () => {
    const me = await connectUser(service, 'me', {
      async fetch(input, init) {
        const response = await fetch(input, init)
        if (isHeld && response.url.endsWith('/conversations')) await released
        return response
      },
    })
    const inbox = openInbox(me, {
      ...quick,
      storage,
      tabs: createTabCoordinator({ pageActive$: of(true), reconnect$: NEVER }),
    })
    inbox.setVisible(['c1', 'c2'])
    return inbox
  }
  let rows: readonly InboxConversation[] = []
  const first = await open()
  const subscription = first.conversations$.subscribe((latest) => (rows = latest))
  await until(() => rows.length === 2 && rows.every(({ unread }) => unread === 0))
  service.postMessage('c1', 'bob', 'more')
  await until(() => rows.some(({ unread }) => unread === 1))
  const countLists = (): number =>
    service.requests.filter((request) => request === 'GET /conversations').length
  const listed = countLists()
  const [name = ''] = entries.keys()
  const channel = new BroadcastChannel(`v1:${name}`)
  let wasPosted = false
  channel.onmessage = () => (wasPosted = true)

  isHeld = true
  let others: readonly InboxConversation[] = []
  subscription.add((await open()).conversations$.subscribe((latest) => (others = latest)))
  await until(() => countLists() > listed)
  first.markRead('c1')
  await until(() => wasPosted)
  release()
  await until(() => others.length === 2 && others.every((row) => row.lastMessage !== undefined))

  expect(others.map(({ unread }) => unread)).toEqual([0, 0])
  channel.close()
  subscription.unsubscribe()
})

test('an aborted load is repeated for the next subscriber, even without a stream', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'hello')
  let isHeld = true
  let isAborted = false
  const me = await connectUser(service, 'me', {
    async fetch(input, init) {
      const request = new Request(input, init)
      if (!isHeld || !request.url.endsWith('/messages')) return fetch(request)
      return new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => {
          isAborted = true
          reject(new DOMException('Aborted', 'AbortError'))
        }),
      )
    },
  })
  const inbox = openInbox(me, { ...quick, disconnectDelayMs: 0 })
  inbox.setVisible(['c1'])
  let rows: readonly InboxConversation[] = []
  const subscribe = () => inbox.conversations$.subscribe((latest) => (rows = latest))
  const first = subscribe()
  await until(() => rows.length === 1)

  first.unsubscribe()
  await until(() => isAborted)
  isHeld = false
  const again = subscribe()
  await until(() => rows[0]?.lastMessage !== undefined)

  expect(rows[0]?.unread).toBe(0)
  again.unsubscribe()
})

test('a storage without valid read markers counts as empty', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'hello')
  const storage = { getItem: () => '[null,1]', setItem() {} }
  let rows: readonly InboxConversation[] = []
  const inbox = openInbox(await connectUser(service, 'me'), { ...quick, storage })

  const subscription = inbox.conversations$.subscribe((latest) => (rows = latest))
  await until(() => rows.length === 1)

  expect(rows[0]?.id).toBe('c1')
  subscription.unsubscribe()
})

test('a closed inbox reconnects on reconnectNow', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream'] })
  service.postMessage('c1', 'bob', 'hello')
  const expired = { id: 'err_1', code: 401, type: 'Unauthorized', message: 'Scripted error.' }
  let isExpired = false
  const me = await connectUser(service, 'me', {
    fetch: async (input, init) => (isExpired ? Response.json(expired, { status: 401 }) : fetch(input, init)),
  })
  const inbox = openInbox(me, quick)
  const states: string[] = []
  let ids: string[] = []
  const subscription = inbox.connection$.subscribe(({ state }) => void states.push(state))
  subscription.add(inbox.conversations$.subscribe((rows) => (ids = rows.map(({ id }) => id))))
  await until(() => ids.length === 1 && states.at(-1) === 'online')

  isExpired = true
  service.disconnectAll()
  await until(() => states.at(-1) === 'closed')
  isExpired = false
  service.postMessage('c2', 'bob', 'hello')
  inbox.reconnectNow()
  await until(() => ids.length === 2)

  expect(states.at(-1)).toBe('online')
  subscription.unsubscribe()
  await until(() => service.openStreams === 0)
})
