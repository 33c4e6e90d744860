import { expect, test } from 'vitest'
import { openConversationStream, openUserStream } from './raw-http/event-stream.ts'
import { createConversation, createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { startChildServer, temporaryFolder, type ChildServer } from './support/child-server.ts'
import { peakMemoryMib } from './support/process-memory.ts'
import { formatGetRequest, sendWithoutReading } from './support/unread-connections.ts'

const maxMemoryMib = 900
const mebibyte = 'x'.repeat(1_000_000)

/** A server with a heap that is smaller than the requested data. */
async function startSmall(
  folder: ReturnType<typeof temporaryFolder>,
): Promise<ChildServer & { origin: string }> {
  const server = await startChildServer(folder.file('parley.db'), {
    env: { NODE_OPTIONS: '--max-old-space-size=400' },
  })
  return { ...server, origin: new URL(server.url).origin }
}

/** Runs requests of other users until the attack ends. */
async function others(server: ChildServer, rounds: number): Promise<void> {
  const someone = await createTestUser(server.url)
  const conversationId = await createConversation(someone)
  for (let round = 0; round < rounds; round++) {
    expect((await someone.get('/hello')).status).toBe(200)
    expect((await sendText(someone, conversationId, `round ${round}`)).conversationId).toBe(conversationId)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function storeLargeMessages(sender: TestUser, count: number) {
  const conversationId = await createConversation(sender)
  await using conversation = await openConversationStream(sender, conversationId)
  await using user = await openUserStream(sender)
  for (let sent = 0; sent < count; sent++) await sendText(sender, conversationId, mebibyte)
  return { conversationId, start: { conversation: conversation.ready.id, user: user.ready.id } }
}

test('200 pipelined requests for 100 messages of 1 MB, never read, leave the server serving others', async () => {
  using folder = temporaryFolder()
  const server = await startSmall(folder)
  const eve = await createTestUser(server.url)
  const { conversationId } = await storeLargeMessages(eve, 100)
  const path = `/demo/conversations/${conversationId}/messages?limit=100`

  using _ = sendWithoutReading(server.origin, [formatGetRequest(path, { 'x-user-key': eve.key }).repeat(200)])
  await others(server, 200)

  expect(peakMemoryMib(server.child.pid)).toBeLessThan(maxMemoryMib)
})

test('500 connections that ask for large pages and never read leave the server serving others', async () => {
  using folder = temporaryFolder()
  const server = await startSmall(folder)
  const eve = await createTestUser(server.url)
  const { conversationId } = await storeLargeMessages(eve, 20)
  const request = formatGetRequest(`/demo/conversations/${conversationId}/messages?limit=100`, {
    'x-user-key': eve.key,
  })

  using _ = sendWithoutReading(
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
    const eve = await createTestUser(server.url)
    const { conversationId, start } = await storeLargeMessages(eve, 100)
    const path = stream === 'user' ? '/demo/users/me/listen' : `/demo/conversations/${conversationId}/listen`
    const request = formatGetRequest(path, { 'x-user-key': eve.key, 'last-event-id': start[stream] })

    using _ = sendWithoutReading(
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
  const eve = await createTestUser(server.url)
  for (let made = 0; made < 10_000; made += 100) {
    await Promise.all(Array.from({ length: 100 }, () => createConversation(eve)))
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
