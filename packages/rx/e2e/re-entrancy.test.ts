import { createChat } from '@parley/core'
import { expect, test } from 'vitest'
import { openConversation, openInbox, type InboxConversation } from '../src/index.ts'
import { createConnector } from '../src/session/index.ts'
import { connectUser, getTexts, until } from './connect-user.ts'
import { startFakeHostedService } from './fake-hosted-service.ts'

/** In these tests, subscribers and store listeners call public methods during an emission. */
const quick = { random: () => 0.02, disconnectDelayMs: 20 }
const rejected = (status: number, type: string): Response =>
  Response.json({ id: 'err_1', code: status, type, message: 'Scripted error.' }, { status })

test('an inbox keeps working when its subscriber calls setVisible and markRead', async () => {
  await using service = await startFakeHostedService({ capabilities: ['user-stream', 'resume'] })
  for (const id of ['c1', 'c2']) service.postMessage(id, 'bob', 'hello')
  const inbox = openInbox(await connectUser(service, 'me'), quick)
  const seen: (readonly InboxConversation[])[] = []
  const later: (readonly InboxConversation[])[] = []
  const subscription = inbox.conversations$.subscribe((rows) => {
    seen.push(rows)
    inbox.setVisible(rows.map(({ id }) => id))
    for (const { id, unread } of rows) if (unread) inbox.markRead(id)
  })
  subscription.add(inbox.conversations$.subscribe((rows) => later.push(rows)))
  await until(() => seen.at(-1)?.every(({ unread }) => unread === 0) === true)

  service.postMessage('c1', 'bob', 'more')
  await until(() => seen.some((rows) => rows.some(({ unread }) => unread === 1)))
  await until(() => seen.at(-1)?.every(({ unread }) => unread === 0) === true)
  service.postMessage('c3', 'bob', 'new')
  await until(() => seen.at(-1)?.find(({ id }) => id === 'c3')?.lastMessage !== undefined)

  expect(later.at(-1)).toBe(seen.at(-1))
  subscription.unsubscribe()
})

test.each(['/conversations', '/listen'])(
  'an inbox recovers from a rejected request of %s when its subscriber retries',
  async (path) => {
    await using service = await startFakeHostedService({ capabilities: ['user-stream'] })
    service.postMessage('c1', 'bob', 'hello')
    let isRejecting = false
    const me = await connectUser(service, 'me', {
      fetch: async (input, init) => {
        const request = new Request(input, init)
        const isAffected = request.url.endsWith(path)
        return isRejecting && isAffected ? rejected(401, 'Unauthorized') : fetch(request)
      },
    })
    const inbox = openInbox(me, quick)
    const states: string[] = []
    let rows: readonly InboxConversation[] = []
    const subscription = inbox.connection$.subscribe(({ state }) => {
      states.push(state)
      if (state !== 'closed') return
      isRejecting = false
      inbox.reconnectNow()
    })
    subscription.add(inbox.conversations$.subscribe((latest) => (rows = latest)))

    await until(() => rows.length === 1 && states.at(-1) === 'online')
    isRejecting = true
    service.disconnectAll()
    await until(() => states.includes('closed'))
    service.postMessage('c2', 'bob', 'hello')
    await until(() => rows.length === 2 && states.at(-1) === 'online')

    expect(isRejecting).toBe(false)
    subscription.unsubscribe()
  },
)

test('all subscribers of a conversation see the same messages when one of them calls its methods', async () => {
  await using service = await startFakeHostedService()
  for (let index = 1; index <= 45; index++) service.postMessage('c1', 'bob', `${index}`)
  const conversation = openConversation(await connectUser(service, 'me'), 'c1', quick)
  const done = new Set<string>()
  const once = (name: string, work: () => unknown): void => {
    if (done.has(name)) return
    done.add(name)
    void Promise.resolve(work()).catch(() => {})
  }
  const later: string[] = []
  const older: boolean[] = []
  const typing: number[] = []
  const subscription = conversation.messages$.subscribe((messages) => {
    const failed = messages.find(({ status }) => status === 'failed')
    if (messages.length >= 20)
      once('send', () => {
        service.scriptOutcomes('rejected', 'rejected')
        return conversation.send({ type: 'text', text: 'mine' })
      })
    if (failed && done.has('retry')) once('discard', () => conversation.discard(failed.key))
    if (failed) once('retry', () => conversation.retry(failed.key))
    if (done.has('discard')) once('event', () => conversation.sendEvent({ type: 'wave' }))
    if (done.has('discard') && !failed)
      once('again', () => conversation.send({ type: 'text', text: 'again' }))
    conversation.sendTyping()
    conversation.reconnectNow()
  })
  let early: string[] = []
  subscription.add(
    conversation.messages$.subscribe((messages) => (early = messages.map(({ status }) => status))),
  )
  subscription.add(
    conversation.history$.subscribe(({ hasOlder, isLoading }) => {
      if (hasOlder && !isLoading) void conversation.loadOlder()
    }),
  )
  subscription.add(conversation.history$.subscribe(({ hasOlder }) => older.push(hasOlder)))
  subscription.add(conversation.typing$.subscribe((ids) => typing.push(ids.length)))
  subscription.add(
    conversation.messages$.subscribe((messages) => later.push(getTexts(messages).map(String).join())),
  )
  await until(() => done.has('again') && later.at(-1)?.endsWith('45,again') === true)
  await until(() => older.at(-1) === false && early.length === 46 && !early.includes('sending'))

  expect(later.at(-1)).toMatch(/^1,2,3,.*,45,again$/)
  expect([...done].toSorted()).toEqual(['again', 'discard', 'event', 'retry', 'send'])
  subscription.unsubscribe()
})

test('a rejected conversation recovers when its subscriber retries', async () => {
  await using service = await startFakeHostedService()
  service.postMessage('c1', 'bob', 'hello')
  let isRejecting = true
  const me = await connectUser(service, 'me', {
    async fetch(input, init) {
      const request = new Request(input, init)
      return isRejecting && request.method === 'GET' ? rejected(401, 'Unauthorized') : fetch(request)
    },
  })
  const conversation = openConversation(me, 'c1', quick)
  const states: string[] = []
  const subscription = conversation.connection$.subscribe(({ state }) => {
    if (state === 'closed') {
      isRejecting = false
      conversation.reconnectNow()
    }
  })
  subscription.add(
    conversation.connection$.subscribe(({ state, isSynced }) => states.push(`${state} ${isSynced}`)),
  )

  await until(() => states.at(-1) === 'online true')

  expect(states).toContain('closed false')
  subscription.unsubscribe()
})

test('connecting continues when its subscriber retries', async () => {
  await using service = await startFakeHostedService()
  let isRejecting = true
  const chat = createChat({
    url: service.url,
    retry: { attempts: 1 },
    fetch: async (input, init) => (isRejecting ? rejected(403, 'Forbidden') : fetch(input, init)),
  })
  const { state$, retry } = createConnector(chat, { userKey: 'me' })
  const states: string[] = []
  const subscription = state$.subscribe(({ state }) => {
    states.push(state)
    if (state !== 'failed') return
    isRejecting = false
    retry()
  })

  await until(() => states.at(-1) === 'connected')

  expect(states).toEqual(['connecting', 'failed', 'connecting', 'connected'])
  subscription.unsubscribe()
})
