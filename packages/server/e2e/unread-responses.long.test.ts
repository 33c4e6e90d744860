import { expect, test } from 'vitest'
import { openConversationStream, openUserStream } from './raw-http/event-stream.ts'
import { createConversation, createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { startChildServer, temporaryFolder, type ChildServer } from './support/child-server.ts'
import { peakMemoryMib } from './support/process-memory.ts'
import { formatGetRequest, sendWithoutReading } from './support/unread-connections.ts'

const maxMemoryMib = 900
const largeText = 'x'.repeat(1_000_000)

/** Starts a server with a heap smaller than the requested data. */
async function startSmallServer(
  folder: ReturnType<typeof temporaryFolder>,
): Promise<ChildServer & { origin: string }> {
  const server = await startChildServer(folder.file('parley.db'), {
    env: { NODE_OPTIONS: '--max-old-space-size=400' },
  })
  return { ...server, origin: new URL(server.url).origin }
}

/** Checks that the server still handles requests of another user. */
async function checkOtherUsers(server: ChildServer, rounds: number): Promise<void> {
  const user = await createTestUser(server.url)
  const conversationId = await createConversation(user)
  for (let round = 0; round < rounds; round++) {
    expect((await user.get('/hello')).status).toBe(200)
    expect((await sendText(user, conversationId, `round ${round}`)).conversationId).toBe(conversationId)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function storeLargeMessages(sender: TestUser, count: number) {
  const conversationId = await createConversation(sender)
  await using conversationStream = await openConversationStream(sender, conversationId)
  await using userStream = await openUserStream(sender)
  for (let sent = 0; sent < count; sent++) await sendText(sender, conversationId, largeText)
  return { conversationId, start: { conversation: conversationStream.ready.id, user: userStream.ready.id } }
}

test('other users are served despite 200 unread pipelined responses of up to 100 MB', async () => {
  using folder = temporaryFolder()
  const server = await startSmallServer(folder)
  const eve = await createTestUser(server.url)
  const { conversationId } = await storeLargeMessages(eve, 100)
  const path = `/demo/conversations/${conversationId}/messages?limit=100`

  using _ = sendWithoutReading(server.origin, [formatGetRequest(path, { 'x-user-key': eve.key }).repeat(200)])
  await checkOtherUsers(server, 200)

  expect(peakMemoryMib(server.child.pid)).toBeLessThan(maxMemoryMib)
})

test('other users are served despite 500 connections with unread large pages', async () => {
  using folder = temporaryFolder()
  const server = await startSmallServer(folder)
  const eve = await createTestUser(server.url)
  const { conversationId } = await storeLargeMessages(eve, 20)
  const request = formatGetRequest(`/demo/conversations/${conversationId}/messages?limit=100`, {
    'x-user-key': eve.key,
  })

  using _ = sendWithoutReading(
    server.origin,
    Array.from({ length: 500 }, () => request.repeat(20)),
  )
  await checkOtherUsers(server, 200)

  expect(peakMemoryMib(server.child.pid)).toBeLessThan(maxMemoryMib)
})

test.each(['conversation', 'user'] as const)(
  'other users are served despite unread streams of a %s that replay 100 MB',
  async (stream) => {
    using folder = temporaryFolder()
    const server = await startSmallServer(folder)
    const eve = await createTestUser(server.url)
    const { conversationId, start } = await storeLargeMessages(eve, 100)
    const path = stream === 'user' ? '/demo/users/me/listen' : `/demo/conversations/${conversationId}/listen`
    const request = formatGetRequest(path, { 'x-user-key': eve.key, 'last-event-id': start[stream] })

    using _ = sendWithoutReading(
      server.origin,
      Array.from({ length: 90 }, () => request),
    )
    await checkOtherUsers(server, 200)

    expect(peakMemoryMib(server.child.pid)).toBeLessThan(maxMemoryMib)
  },
)

test('100 streams of a user with 10,000 conversations use little memory, and 200 more are rejected', async () => {
  using folder = temporaryFolder()
  const server = await startSmallServer(folder)
  const eve = await createTestUser(server.url)
  for (let count = 0; count < 10_000; count += 100) {
    await Promise.all(Array.from({ length: 100 }, () => createConversation(eve)))
  }
  const before = peakMemoryMib(server.child.pid)

  const statuses = new Map<number, number>()
  const controller = new AbortController()
  await Promise.all(
    Array.from({ length: 300 }, async () => {
      const { status } = await fetch(`${server.url}/users/me/listen`, {
        headers: { 'x-user-key': eve.key },
        signal: controller.signal,
      })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }),
  )
  await checkOtherUsers(server, 20)

  expect(Object.fromEntries(statuses)).toEqual({ 200: 100, 429: 200 })
  expect(peakMemoryMib(server.child.pid) - before).toBeLessThan(100)
  controller.abort()
})
