import { expect, test } from 'vitest'
import { openInbox, type InboxConversation, type InboxOptions } from '../src/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

/** The text of a badge. */
function badge({ unread, hasMoreUnread }: InboxConversation): string {
  return `${unread}${hasMoreUnread ? '+' : ''}`
}

/** An inbox of the user `me` with these conversations in view. */
async function watchInbox(service: FakeHostedService, ids: string[], options: InboxOptions = {}) {
  const inbox = openInbox(await connectUser(service, 'me'), {
    // Keeps the random backoff short.
    random: () => 0.02,
    disconnectDelayMs: 20,
    ...options,
  })
  inbox.setVisible(ids)
  let rows: readonly InboxConversation[] | undefined
  const subscription = inbox.conversations$.subscribe((latest) => (rows = latest))
  return {
    inbox,
    rows: () => rows,
    badges: () => rows?.map((row) => `${row.id} ${badge(row)}`).join() ?? 'unknown',
    texts: () => rows?.map(({ lastMessage }) => getTexts(lastMessage ? [lastMessage] : []).join()).join(),
    [Symbol.dispose]: () => subscription.unsubscribe(),
  }
}

function createStorage() {
  const entries = new Map<string, string>()
  return {
    entries,
    getItem: (name: string): string | undefined => entries.get(name),
    setItem: (name: string, value: string): unknown => entries.set(name, value),
  }
}

function sayMany(service: FakeHostedService, id: string, count: number): void {
  for (let index = 1; index <= count; index++) service.postMessage(id, 'bob', `${id} ${index}`)
}

const live = { capabilities: ['user-stream', 'resume'] }

test('counts within the newest page are the same live, after a reload, and restored from the storage', async () => {
  await using service = await startFakeHostedService(live)
  service.postMessage('c1', 'bob', 'before')
  const storage = createStorage()
  {
    using first = await watchInbox(service, ['c1'], { storage })
    await until(() => first.badges() === 'c1 0')
    sayMany(service, 'c1', 19)
    await until(() => first.badges() === 'c1 19')
    service.postMessage('c1', 'bob', 'the twentieth')
    await until(() => first.badges().startsWith('c1 20'))
    expect(first.badges()).toBe('c1 20+')
    sayMany(service, 'c1', 40)
    await until(() => first.texts() === 'c1 40')
    expect(first.badges()).toBe('c1 20+')
  }
  using again = await watchInbox(service, ['c1'], { storage })
  await until(() => again.texts() === 'c1 40')
  expect(again.badges()).toBe('c1 20+')

  again.inbox.markRead('c1')
  service.postMessage('c1', 'bob', 'new')
  await until(() => again.texts() === 'new')

  expect(again.badges()).toBe('c1 1')
})

test('after a message on the newest page is deleted, an older one is counted instead', async () => {
  await using service = await startFakeHostedService(live)
  service.postMessage('c1', 'bob', 'before')
  using seen = await watchInbox(service, ['c1'])
  await until(() => seen.badges() === 'c1 0')
  sayMany(service, 'c1', 22)
  await until(() => seen.texts() === 'c1 22')

  for (const { id } of service.messages('c1').slice(-2)) service.deleteMessage('c1', id)
  await until(() => seen.texts() === 'c1 20' && !seen.badges().includes('18'))

  expect(seen.badges()).toBe('c1 20+')
})

test('messages from before the user joined count as read, all later ones as unread', async () => {
  await using service = await startFakeHostedService(live)
  service.postMessage('c1', 'bob', 'before')
  const storage = createStorage()
  {
    using seen = await watchInbox(service, ['c1', 'c2', 'c3'], { storage })
    await until(() => seen.badges() === 'c1 0')
    service.dropSignals(12)
    sayMany(service, 'c2', 12)
    service.broadcast('c2', { type: 'conversation_added', data: { conversationId: 'c2' } })
    await until(() => seen.texts()?.startsWith('c2 12') === true)
    expect(seen.badges()).toBe('c2 0,c1 0')
    service.postMessage('c2', 'bob', 'welcome')
    await until(() => seen.texts()?.startsWith('welcome') === true)
    expect(seen.badges()).toBe('c2 1,c1 0')

    service.dropSignals(3)
    sayMany(service, 'c3', 3)
    service.broadcast('c3', { type: 'conversation_added', data: { conversationId: 'c3' } })
    service.postMessage('c3', 'bob', 'hi')
    await until(() => seen.texts()?.startsWith('hi') === true)
    expect(seen.badges()).toBe('c3 1,c2 1,c1 0')
  }
  using again = await watchInbox(service, ['c1', 'c2', 'c3'], { storage })
  await until(() => again.texts() === 'hi,welcome,before')

  expect(again.badges()).toBe('c3 1,c2 1,c1 0')
})

test('after a reload, an inbox that was empty at first treats new messages as unread', async () => {
  await using service = await startFakeHostedService(live)
  const storage = createStorage()
  {
    using empty = await watchInbox(service, [], { storage })
    await until(() => empty.rows()?.length === 0)
    await until(() => storage.entries.size === 1)
  }
  sayMany(service, 'c1', 2)
  for (let visit = 1; visit <= 2; visit++) {
    using again = await watchInbox(service, ['c1'], { storage })
    await until(() => again.texts() === 'c1 2')
    expect(again.badges()).toBe('c1 2')
  }
})

test('after the storage is cleared, the next change writes all read markers again', async () => {
  await using service = await startFakeHostedService(live)
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', 'before')
  const storage = createStorage()
  {
    using seen = await watchInbox(service, ['c1', 'c2'], { storage })
    await until(() => seen.badges() === 'c2 0,c1 0')
    for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', 'more')
    await until(() => seen.badges() === 'c2 1,c1 1')
    storage.entries.clear()
    seen.inbox.markRead('c2')
    await until(() => storage.entries.size === 1)
  }
  using again = await watchInbox(service, ['c1', 'c2'], { storage })
  await until(() => again.texts() === 'more,more')

  expect(again.badges()).toBe('c2 0,c1 1')
})

test('if the storage is full, this page still counts correctly, and the markers stored before stay valid', async () => {
  await using service = await startFakeHostedService(live)
  service.postMessage('c1', 'bob', 'before')
  const storage = createStorage()
  const full = {
    ...storage,
    setItem() {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
  {
    using first = await watchInbox(service, ['c1'], { storage })
    await until(() => first.badges() === 'c1 0' && storage.entries.size === 1)
  }
  service.postMessage('c1', 'bob', 'more')
  {
    using seen = await watchInbox(service, ['c1'], { storage: full })
    await until(() => seen.badges() === 'c1 1')
    seen.inbox.markRead('c1')
    expect(seen.badges()).toBe('c1 0')
    service.postMessage('c1', 'bob', 'and more')
    await until(() => seen.badges() === 'c1 1')
  }
  using again = await watchInbox(service, ['c1'], { storage })
  await until(() => again.texts() === 'and more')

  expect(again.badges()).toBe('c1 2')
})

test('a temporarily unreadable storage is neither treated as a first visit nor overwritten', async () => {
  await using service = await startFakeHostedService(live)
  service.postMessage('c1', 'bob', 'before')
  const storage = createStorage()
  let isFailing = false
  const failing = {
    ...storage,
    getItem(name: string) {
      if (isFailing) throw new DOMException('denied', 'SecurityError')
      return storage.getItem(name)
    },
  }
  {
    using first = await watchInbox(service, ['c1'], { storage: failing })
    await until(() => first.badges() === 'c1 0' && storage.entries.size === 1)
  }
  service.postMessage('c1', 'bob', 'more')
  isFailing = true
  using again = await watchInbox(service, ['c1'], { storage: failing })
  await until(() => again.texts() === 'more')
  isFailing = false
  service.postMessage('c2', 'bob', 'listed again')
  await until(() => again.rows()?.length === 2 && again.badges().includes('c1 1'))
  {
    using late = await watchInbox(service, ['c1'], { storage })
    await until(() => late.texts()?.endsWith('more') === true)
    expect(late.badges()).toContain('c1 1')
  }
})
