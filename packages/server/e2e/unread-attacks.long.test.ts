import { expect, test } from 'vitest'
import { listenTo, listenToAll } from './plain/event-stream.ts'
import { newConversation, newPerson, say, type Person } from './plain/person.ts'
import { startChild, temporaryFolder, type ChildServer } from './support/child-server.ts'
import { peakMemoryMib } from './support/process-memory.ts'
import { getRequest, sendUnread } from './support/unread.ts'

const maxMemoryMib = 900
const mebibyte = 'x'.repeat(1_000_000)

/** A server with a heap that is smaller than the requested data. */
async function startSmall(
  folder: ReturnType<typeof temporaryFolder>,
): Promise<ChildServer & { origin: string }> {
  const server = await startChild(folder.file('parley.db'), {
    env: { NODE_OPTIONS: '--max-old-space-size=400' },
  })
  return { ...server, origin: new URL(server.url).origin }
}

/** Runs requests of other users until the attack ends. */
async function others(server: ChildServer, rounds: number): Promise<void> {
  const someone = await newPerson(server.url)
  const conversationId = await newConversation(someone)
  for (let round = 0; round < rounds; round++) {
    expect((await someone.get('/hello')).status).toBe(200)
    expect((await say(someone, conversationId, `round ${round}`)).conversationId).toBe(conversationId)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function storeLargeMessages(sender: Person, count: number) {
  const conversationId = await newConversation(sender)
  await using conversation = await listenTo(sender, conversationId)
  await using user = await listenToAll(sender)
  for (let sent = 0; sent < count; sent++) await say(sender, conversationId, mebibyte)
  return { conversationId, start: { conversation: conversation.ready.id, user: user.ready.id } }
}

test('200 pipelined requests for 100 messages of 1 MB, never read, leave the server serving others', async () => {
  using folder = temporaryFolder()
  const server = await startSmall(folder)
  const eve = await newPerson(server.url)
  const { conversationId } = await storeLargeMessages(eve, 100)
  const path = `/demo/conversations/${conversationId}/messages?limit=100`

  using _ = sendUnread(server.origin, [getRequest(path, { 'x-user-key': eve.key }).repeat(200)])
  await others(server, 200)

  expect(peakMemoryMib(server.child.pid)).toBeLessThan(maxMemoryMib)
})

test('500 connections that ask for large pages and never read leave the server serving others', async () => {
  using folder = temporaryFolder()
  const server = await startSmall(folder)
  const eve = await newPerson(server.url)
  const { conversationId } = await storeLargeMessages(eve, 20)
  const request = getRequest(`/demo/conversations/${conversationId}/messages?limit=100`, {
    'x-user-key': eve.key,
  })

  using _ = sendUnread(
    server.origin,
    Array.from({ length: 500 }, () => request.repeat(20)),
  )
  await others(server, 200)

  expect(peakMemoryMib(server.child.pid)).toBeLessThan(maxMemoryMib)
})

test.each(['conversation', 'user'] as const)(
  'streams of a %s that replay 100 MB and are never read leave the server serving others',
  async (stream) => {
    using folder = temporaryFolder()
    const server = await startSmall(folder)
    const eve = await newPerson(server.url)
    const { conversationId, start } = await storeLargeMessages(eve, 100)
    const path = stream === 'user' ? '/demo/users/me/listen' : `/demo/conversations/${conversationId}/listen`
    const request = getRequest(path, { 'x-user-key': eve.key, 'last-event-id': start[stream] })

    using _ = sendUnread(
      server.origin,
      Array.from({ length: 90 }, () => request),
    )
    await others(server, 200)

    expect(peakMemoryMib(server.child.pid)).toBeLessThan(maxMemoryMib)
  },
)

test('of 300 streams of a user in 10,000 conversations, 200 are refused and each costs little', async () => {
  using folder = temporaryFolder()
  const server = await startSmall(folder)
  const eve = await newPerson(server.url)
  for (let made = 0; made < 10_000; made += 100) {
    await Promise.all(Array.from({ length: 100 }, () => newConversation(eve)))
  }
  const before = peakMemoryMib(server.child.pid)

  const statuses = new Map<number, number>()
  const hangUp = new AbortController()
  await Promise.all(
    Array.from({ length: 300 }, async () => {
      const { status } = await fetch(`${server.url}/users/me/listen`, {
        headers: { 'x-user-key': eve.key },
        signal: hangUp.signal,
      })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }),
  )
  await others(server, 20)

  expect(Object.fromEntries(statuses)).toEqual({ 200: 100, 429: 200 })
  expect(peakMemoryMib(server.child.pid) - before).toBeLessThan(100)
  hangUp.abort()
})
