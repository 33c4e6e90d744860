import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createServer, type ChatServer } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { openConversationStream, openUserStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import {
  createConversation,
  createTestUser,
  testUserWithKey,
  sendText,
  type TestUser,
} from './raw-http/test-user.ts'
import { temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

/** The digits of an id after its prefix: 11 for the conversation, 9 for the number in it. */
const numberAt = 11
const digits = 9

/** Guesses the ids that follow a given one in its conversation. */
function idsAfter(id: string, count: number): string[] {
  const at = id.indexOf('_') + 1 + numberAt
  const number = Number.parseInt(id.slice(at, at + digits), 36)
  return Array.from({ length: count }, (_, index) => {
    const next = (number + 1 + index).toString(36).padStart(digits, '0')
    return id.slice(0, at) + next + id.slice(at + digits)
  })
}

const event = async (sender: TestUser, conversationId: string): Promise<string> => {
  const { body } = await sender.post<{ event: { id: string } }>('/events', { conversationId, payload: {} })
  return body.event.id
}

test('a former participant who counts up from an id learns nothing about entries after their removal', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ada = await createTestUser(server.url)
  const ben = await createTestUser(server.url)
  const conversationId = await createConversation(ada, ben)
  const message = (await sendText(ben, conversationId, 'mine')).id
  const ofEvent = await event(ben, conversationId)
  await ada.delete(`/conversations/${conversationId}/participants/${ben.id}`)
  for (let n = 0; n < 5; n++) {
    await sendText(ada, conversationId, 'secret')
    await event(ada, conversationId)
  }

  const outcomes: string[] = []
  for (const id of idsAfter(message, 20)) {
    outcomes.push(outcome(await ben.get(`/messages/${id}`)), outcome(await ben.delete(`/messages/${id}`)))
  }
  for (const id of idsAfter(ofEvent, 20)) outcomes.push(outcome(await ben.get(`/events/${id}`)))

  expect(new Set(outcomes)).toEqual(new Set(['404 ResourceNotFound']))
  expect(outcome(await ben.get(`/messages/${message}`))).toBe('403 Forbidden')
})

test('an id with another tag is unknown, even to the sender of the message', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ada = await createTestUser(server.url)
  const { id } = await sendText(ada, await createConversation(ada), 'Hello')
  const changed = id.slice(0, -1) + (id.endsWith('0') ? '1' : '0')

  expect(outcome(await ada.get(`/messages/${changed}`))).toBe('404 ResourceNotFound')
  expect(outcome(await ada.delete(`/messages/${changed}`))).toBe('404 ResourceNotFound')
  expect(outcome(await ada.get(`/messages/${id.slice(0, -8)}`))).toBe('404 ResourceNotFound')
  expect(outcome(await ada.get(`/messages/${id}`))).toBe('200')
})

test('no error contains an id that the client did not send', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ada = await createTestUser(server.url)
  const ben = await createTestUser(server.url)
  const stranger = await createTestUser(server.url)
  const conversationId = await createConversation(ada, ben)
  const message = (await sendText(ben, conversationId, 'Hello')).id
  const ofEvent = await event(ben, conversationId)
  const path = `/conversations/${conversationId}`

  const byIdOfEntry = [
    await stranger.get(`/messages/${message}`),
    await stranger.delete(`/messages/${message}`),
    await stranger.get(`/events/${ofEvent}`),
    await ada.delete(`/messages/${message}`),
  ]
  const byIdOfConversation = [
    await stranger.get(path),
    await stranger.delete(path),
    await stranger.get(`${path}/messages`),
    await stranger.get(`${path}/listen`),
    await stranger.get(`${path}/participants`),
    await stranger.get(`${path}/participants/${ben.id}`),
    await stranger.post(`${path}/participants`, { userId: stranger.id }),
    await stranger.delete(`${path}/participants/${ben.id}`),
    await stranger.post('/conversations/get-or-create', { id: conversationId }),
    await stranger.post('/conversations', { id: conversationId }),
    await ben.delete(path),
    await ben.delete(`${path}/participants/${ada.id}`),
    await sendRequest('POST', `${server.url}/users`, { body: { id: ada.id } }),
  ]

  expect(byIdOfEntry.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  for (const { text } of byIdOfEntry) expect(text).not.toMatch(/conv_|user_/)
  for (const { status, text } of byIdOfConversation) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toMatch(/msg_|event_/)
  }
  for (const { text } of byIdOfConversation.slice(0, -2)) expect(text).not.toContain(ada.id)
})

test('the id of an existing message or event resumes a stream; a deleted or invented id causes a reset', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ada = await createTestUser(server.url)
  const conversationId = await createConversation(ada)
  const first = (await sendText(ada, conversationId, 'first')).id
  const ofEvent = await event(ada, conversationId)
  await sendText(ada, conversationId, 'second')
  const stateAfter = async (id: string): Promise<string> => {
    await using stream = await openConversationStream(ada, conversationId, { 'last-event-id': id })
    return stream.ready.state
  }

  await using resumed = await openConversationStream(ada, conversationId, { 'last-event-id': ofEvent })
  expect(await resumed.nextSignals(1)).toMatchObject([{ data: { payload: { text: 'second' } } }])
  expect(await stateAfter(first)).toBe('resumed')
  expect(await stateAfter(first.replace('msg_', 'event_'))).toBe('reset')
  expect(await stateAfter(first.slice(0, -1) + (first.endsWith('0') ? '1' : '0'))).toBe('reset')
  await ada.delete(`/messages/${first}`)
  expect(await stateAfter(first)).toBe('reset')
})

test('ids stay the same after a restart; a position of another epoch causes a reset on both streams', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const start = async (): Promise<{ chat: ChatServer; url: string }> => {
    const chat = await createServer({ data, bots: { demo: {} }, logger: createRecordingLogger() })
    return { chat, url: `${(await chat.listen({ port: 0 })).origin}/demo` }
  }
  const one = await start()
  const ada = await createTestUser(one.url)
  const conversationId = await createConversation(ada)
  const { id } = await sendText(ada, conversationId, 'Hello')
  const own = (await openConversationStream(ada, conversationId)).ready.id
  const all = (await openUserStream(ada)).ready.id
  await one.chat.close()
  const statesAt = async (url: string): Promise<string[]> => {
    const again = testUserWithKey(url, ada)
    await using stream = await openConversationStream(again, conversationId, { 'last-event-id': own })
    await using user = await openUserStream(again, { 'last-event-id': all })
    return [stream.ready.state, user.ready.state]
  }

  const two = await start()
  expect(await statesAt(two.url)).toEqual(['resumed', 'resumed'])
  expect(outcome(await testUserWithKey(two.url, ada).get(`/messages/${id}`))).toBe('200')
  await two.chat.close()

  // As if the log had been restored from an older copy.
  const database = new DatabaseSync(data)
  database.exec("UPDATE bots SET epoch = '00000000'")
  database.close()
  const three = await start()
  expect(await statesAt(three.url)).toEqual(['reset', 'reset'])
  expect(outcome(await testUserWithKey(three.url, ada).get(`/messages/${id}`))).toBe('200')
  await three.chat.close()
})
