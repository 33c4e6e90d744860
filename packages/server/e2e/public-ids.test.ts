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

/** After its prefix, an id has 11 digits for the conversation and 9 for `seq`. */
const seqOffset = 11
const seqDigits = 9

/** Guesses the ids of the next entries of a conversation. */
function guessNextIds(id: string, count: number): string[] {
  const start = id.indexOf('_') + 1 + seqOffset
  const seq = Number.parseInt(id.slice(start, start + seqDigits), 36)
  return Array.from({ length: count }, (_, index) => {
    const next = (seq + 1 + index).toString(36).padStart(seqDigits, '0')
    return id.slice(0, start) + next + id.slice(start + seqDigits)
  })
}

const createEvent = async (sender: TestUser, conversationId: string): Promise<string> => {
  const { body } = await sender.post<{ event: { id: string } }>('/events', { conversationId, payload: {} })
  return body.event.id
}

test('a removed participant who guesses ids learns nothing about entries after their removal', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ada = await createTestUser(server.url)
  const ben = await createTestUser(server.url)
  const conversationId = await createConversation(ada, ben)
  const messageId = (await sendText(ben, conversationId, 'mine')).id
  const eventId = await createEvent(ben, conversationId)
  await ada.delete(`/conversations/${conversationId}/participants/${ben.id}`)
  for (let n = 0; n < 5; n++) {
    await sendText(ada, conversationId, 'secret')
    await createEvent(ada, conversationId)
  }

  const outcomes: string[] = []
  for (const id of guessNextIds(messageId, 20)) {
    outcomes.push(outcome(await ben.get(`/messages/${id}`)), outcome(await ben.delete(`/messages/${id}`)))
  }
  for (const id of guessNextIds(eventId, 20)) outcomes.push(outcome(await ben.get(`/events/${id}`)))

  expect(new Set(outcomes)).toEqual(new Set(['404 ResourceNotFound']))
  expect(outcome(await ben.get(`/messages/${messageId}`))).toBe('403 Forbidden')
})

test('an id with a wrong tag is not found, even for the sender of the message', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ada = await createTestUser(server.url)
  const { id } = await sendText(ada, await createConversation(ada), 'Hello')
  const changed = id.slice(0, -1) + (id.endsWith('0') ? '1' : '0')

  expect(outcome(await ada.get(`/messages/${changed}`))).toBe('404 ResourceNotFound')
  expect(outcome(await ada.delete(`/messages/${changed}`))).toBe('404 ResourceNotFound')
  expect(outcome(await ada.get(`/messages/${id.slice(0, -8)}`))).toBe('404 ResourceNotFound')
  expect(outcome(await ada.get(`/messages/${id}`))).toBe('200')
})

test('errors contain no ids that the client did not send', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ada = await createTestUser(server.url)
  const ben = await createTestUser(server.url)
  const nonParticipant = await createTestUser(server.url)
  const conversationId = await createConversation(ada, ben)
  const messageId = (await sendText(ben, conversationId, 'Hello')).id
  const eventId = await createEvent(ben, conversationId)
  const path = `/conversations/${conversationId}`

  const entryResponses = [
    await nonParticipant.get(`/messages/${messageId}`),
    await nonParticipant.delete(`/messages/${messageId}`),
    await nonParticipant.get(`/events/${eventId}`),
    await ada.delete(`/messages/${messageId}`),
  ]
  const conversationResponses = [
    await nonParticipant.get(path),
    await nonParticipant.delete(path),
    await nonParticipant.get(`${path}/messages`),
    await nonParticipant.get(`${path}/listen`),
    await nonParticipant.get(`${path}/participants`),
    await nonParticipant.get(`${path}/participants/${ben.id}`),
    await nonParticipant.post(`${path}/participants`, { userId: nonParticipant.id }),
    await nonParticipant.delete(`${path}/participants/${ben.id}`),
    await nonParticipant.post('/conversations/get-or-create', { id: conversationId }),
    await nonParticipant.post('/conversations', { id: conversationId }),
    await ben.delete(path),
    await ben.delete(`${path}/participants/${ada.id}`),
    await sendRequest('POST', `${server.url}/users`, { body: { id: ada.id } }),
  ]

  expect(entryResponses.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  for (const { text } of entryResponses) expect(text).not.toMatch(/conv_|user_/)
  for (const { status, text } of conversationResponses) {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toMatch(/msg_|event_/)
  }
  for (const { text } of conversationResponses.slice(0, -2)) expect(text).not.toContain(ada.id)
})

test('a stream resumes after the id of a message or event, and is reset for a deleted or unknown id', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const ada = await createTestUser(server.url)
  const conversationId = await createConversation(ada)
  const first = (await sendText(ada, conversationId, 'first')).id
  const eventId = await createEvent(ada, conversationId)
  await sendText(ada, conversationId, 'second')
  const stateAfter = async (id: string): Promise<string> => {
    await using stream = await openConversationStream(ada, conversationId, { 'last-event-id': id })
    return stream.ready.state
  }

  await using resumed = await openConversationStream(ada, conversationId, { 'last-event-id': eventId })
  expect(await resumed.nextSignals(1)).toMatchObject([{ data: { payload: { text: 'second' } } }])
  expect(await stateAfter(first)).toBe('resumed')
  expect(await stateAfter(first.replace('msg_', 'event_'))).toBe('reset')
  expect(await stateAfter(first.slice(0, -1) + (first.endsWith('0') ? '1' : '0'))).toBe('reset')
  await ada.delete(`/messages/${first}`)
  expect(await stateAfter(first)).toBe('reset')
})

test('ids stay the same after a restart, and positions of another epoch reset both streams', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const start = async (): Promise<{ chat: ChatServer; url: string }> => {
    const chat = await createServer({ data, bots: { demo: {} }, logger: createRecordingLogger() })
    return { chat, url: `${(await chat.listen({ port: 0 })).origin}/demo` }
  }
  const first = await start()
  const ada = await createTestUser(first.url)
  const conversationId = await createConversation(ada)
  const { id } = await sendText(ada, conversationId, 'Hello')
  const position = (await openConversationStream(ada, conversationId)).ready.id
  const userPosition = (await openUserStream(ada)).ready.id
  await first.chat.close()
  const statesAt = async (url: string): Promise<string[]> => {
    const user = testUserWithKey(url, ada)
    await using stream = await openConversationStream(user, conversationId, { 'last-event-id': position })
    await using userStream = await openUserStream(user, { 'last-event-id': userPosition })
    return [stream.ready.state, userStream.ready.state]
  }

  const second = await start()
  expect(await statesAt(second.url)).toEqual(['resumed', 'resumed'])
  expect(outcome(await testUserWithKey(second.url, ada).get(`/messages/${id}`))).toBe('200')
  await second.chat.close()

  // As if the log had been restored from an older backup.
  const database = new DatabaseSync(data)
  database.exec("UPDATE bots SET epoch = '00000000'")
  database.close()
  const third = await start()
  expect(await statesAt(third.url)).toEqual(['reset', 'reset'])
  expect(outcome(await testUserWithKey(third.url, ada).get(`/messages/${id}`))).toBe('200')
  await third.chat.close()
})
