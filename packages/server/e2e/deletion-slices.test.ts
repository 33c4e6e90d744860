import { DatabaseSync } from 'node:sqlite'
import type { Event, Message } from '@parley/core/contract'
import { signUserKey } from '@parley/core/keys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineBot, type MessageStream } from '../src/index.ts'
import { kindCode } from '../src/storage/sqlite/schema.ts'
import { createCommitBarrier, startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream, openUserStream, type StreamEvent } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import {
  createConversation,
  createTestUser,
  testUserWithKey,
  sendText,
  listTexts,
  type TestUser,
} from './raw-http/test-user.ts'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

/** Pauses deletions before their first slice, so that tests can observe the state in between. */
const commitBarrier = createCommitBarrier()
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ commitBarrier, logger: createRecordingLogger() })
  commitBarrier.pauseDeletions()
})
afterAll(() => server.close())

const finishDeletions = async (): Promise<void> => {
  commitBarrier.resumeDeletions()
  await expect.poll(() => commitBarrier.hasPendingDeletions()).toBe(false)
  commitBarrier.pauseDeletions()
}
const after = (id: string) => ({ 'last-event-id': id })
const isText = (text: string) => (event: StreamEvent) => event.data.includes(`"text":"${text}"`)
const sendMany = (sender: TestUser, conversationId: string, count: number): Promise<Message[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => sendText(sender, conversationId, `${sender.id} ${n}`)))
const eventTypes = (events: readonly StreamEvent[]) =>
  events.map(({ event, data }) => (event === 'message' ? (JSON.parse(data) as { type: string }).type : event))

test('a deleted user is not listed, and their messages are not replayed on any stream', async () => {
  const [owner, leaver] = [await createTestUser(server.url), await createTestUser(server.url)]
  const id = await createConversation(owner, leaver)
  await using conversationStream = await openConversationStream(owner, id)
  await using userStream = await openUserStream(owner)
  const { id: messageId } = await sendText(leaver, id, 'theirs')
  const { body } = await leaver.post<{ event: Event }>('/events', { conversationId: id, payload: {} })
  await sendText(owner, id, 'mine')

  await leaver.delete('/users/me')

  expect(commitBarrier.hasPendingDeletions()).toBe(true)
  expect(await listTexts(owner, id)).toEqual(['mine'])
  expect(outcome(await owner.get(`/messages/${messageId}`))).toBe('404 ResourceNotFound')
  expect(outcome(await owner.delete(`/messages/${messageId}`))).toBe('404 ResourceNotFound')
  expect(outcome(await owner.get(`/events/${body.event.id}`))).toBe('404 ResourceNotFound')
  expect(outcome(await owner.get(`/conversations/${id}/participants/${leaver.id}`))).toBe(
    '404 ResourceNotFound',
  )
  expect(await owner.get(`/conversations/${id}/participants`)).toMatchObject({
    body: { participants: [{ id: owner.id }] },
  })
  expect(outcome(await leaver.get('/users/me'))).toBe('404 ResourceNotFound')
  expect(outcome(await leaver.get(`/conversations/${id}/listen`))).toBe('404 ResourceNotFound')
  await using resumed = await openConversationStream(owner, id, after(conversationStream.ready.id))
  await using userResumed = await openUserStream(owner, after(userStream.ready.id))
  const resumedAtDeleted = await openConversationStream(owner, id, after(messageId))
  await using fresh = await openConversationStream(owner, id)
  expect([resumed.ready.state, userResumed.ready.state]).toEqual(['resumed', 'resumed'])
  expect(resumedAtDeleted.ready.state).toBe('reset')
  await sendText(owner, id, 'end')
  expect(eventTypes(await resumed.until(isText('end')))).toEqual(['message_created', 'message_created'])
  expect(eventTypes(await userResumed.until(isText('end')))).toEqual(['message_created', 'message_created'])
  await finishDeletions()
  for (const stream of [resumed, userResumed, fresh, resumedAtDeleted]) {
    const isRemoval = ({ data }: StreamEvent) => data.includes('participant_removed')
    const signals = (await stream.until(isRemoval)).filter(({ data }) => !data.includes('"text"'))
    expect(eventTypes(signals)).toEqual(['message_deleted', 'participant_removed'])
  }
  await resumedAtDeleted[Symbol.asyncDispose]()
})

test('the streams of a deleted user and of their conversations end before the first slice runs', async () => {
  const [owner, leaver] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [shared, owned] = [await createConversation(owner, leaver), await createConversation(leaver, owner)]
  await using leaverStream = await openConversationStream(leaver, shared)
  await using leaverUserStream = await openUserStream(leaver)
  await using ownedStream = await openConversationStream(owner, owned)
  await using sharedStream = await openConversationStream(owner, shared)
  await sendText(owner, shared, 'one')
  await sendText(owner, owned, 'two')
  // After these signals, the streams have caught up with the log and receive new signals.
  await Promise.all([
    leaverStream.nextSignals(1),
    ownedStream.nextSignals(1),
    sharedStream.nextSignals(1),
    leaverUserStream.nextSignals(2),
  ])

  await leaver.delete('/users/me')

  expect(await leaverStream.remainingSignals()).toEqual([])
  expect(await leaverUserStream.remainingSignals()).toEqual([])
  expect(await ownedStream.remainingSignals()).toEqual([])
  await sendText(owner, shared, 'still here')
  expect(await sharedStream.nextSignals(1)).toMatchObject([{ data: { payload: { text: 'still here' } } }])
  expect(outcome(await owner.get(`/conversations/${owned}/listen`))).toBe('403 Forbidden')
  expect(outcome(await owner.post('/messages', { conversationId: owned, payload: {} }))).toMatch(/^40[03]/)
  expect(await owner.get('/conversations')).toMatchObject({ body: { conversations: [{ id: shared }] } })
  await finishDeletions()
})

test('the ids of a deleted user and of their conversations can be reused at once, without old content', async () => {
  const [participant, deletedUser] = [
    await createTestUser(server.url),
    await createTestUser(server.url, { id: 'reused' }),
  ]
  await deletedUser.post('/conversations', { id: 'theirs' })
  await deletedUser.post('/conversations/theirs/participants', { userId: participant.id })
  await sendText(deletedUser, 'theirs', 'old')
  const shared = await createConversation(participant, deletedUser)
  await sendMany(deletedUser, shared, 10)
  await using userStream = await openUserStream(participant)
  await deletedUser.delete('/users/me')

  const newUser = await createTestUser(server.url, { id: 'reused', name: 'New' })
  const recreated = await participant.post('/conversations', { id: 'theirs' })
  await participant.post(`/conversations/${shared}/participants`, { userId: 'reused' })
  const texts = [await listTexts(participant, 'theirs'), await listTexts(newUser, shared)]
  await finishDeletions()
  await sendText(newUser, shared, 'end')

  expect(outcome(recreated)).toBe('201')
  expect(texts).toEqual([[], []])
  expect(await newUser.get('/conversations')).toMatchObject({ body: { conversations: [{ id: shared }] } })
  const events = await userStream.until(isText('end'))
  const changes = eventTypes(events).filter((type) => /^(participant|conversation)_/.test(type))
  expect(changes).toEqual([
    'conversation_removed',
    'conversation_added',
    'participant_removed',
    'participant_added',
  ])
  expect(await listTexts(newUser, shared)).toEqual(['end'])
  expect(await participant.get(`/conversations/${shared}/participants`)).toMatchObject({
    body: { participants: [{ id: participant.id }, { id: 'reused', name: 'New' }] },
  })
})

test('participants receive the removal of a deleted conversation exactly once, even after a resume', async () => {
  const [owner, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
  await owner.post('/conversations', { id: 'big' })
  await owner.post('/conversations/big/participants', { userId: participant.id })
  await sendMany(owner, 'big', 600)
  const home = await createConversation(participant)
  await using userStream = await openUserStream(participant)
  await owner.delete('/conversations/big')
  await owner.post('/conversations', { id: 'big' })
  await owner.post('/conversations/big/participants', { userId: participant.id })

  await using during = await openUserStream(participant, after(userStream.ready.id))
  await commitBarrier.runSlice()
  await finishDeletions()
  await using afterwards = await openUserStream(participant, after(userStream.ready.id))
  await sendText(participant, home, 'end')

  for (const stream of [userStream, during, afterwards]) {
    const types = eventTypes(await stream.until(isText('end')))
    expect(types).toEqual([
      'conversation_removed',
      'conversation_added',
      'participant_added',
      'message_created',
    ])
  }
  expect(await listTexts(participant, 'big')).toEqual([])
})

test('a repeated request does not return its result after the owner of the conversation was deleted', async () => {
  const [owner, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
  const id = await createConversation(owner, participant)
  const send = () =>
    participant.post(
      '/messages',
      { conversationId: id, payload: { type: 'text', text: 'once' } },
      { 'idempotency-key': 'k' },
    )
  await send()

  await owner.delete('/users/me')

  expect(outcome(await send())).toBe('404 ResourceNotFound')
  await finishDeletions()
})

test('the bot runs no turn for a deleted user, and can neither read nor write their messages', async () => {
  const commitBarrier = createCommitBarrier()
  const logger = createRecordingLogger()
  const history: unknown[] = []
  const turns: string[] = []
  const aborted: string[] = []
  let streamingMessage: MessageStream | undefined
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const bot = defineBot({
    onMessage: async (turn) => {
      const text = 'text' in turn.message.payload ? turn.message.payload.text : ''
      turns.push(text)
      turn.signal.addEventListener('abort', () => aborted.push(text))
      if (text === 'write to me') {
        streamingMessage = turn.stream()
        streamingMessage.write('before')
      }
      await released
      if (text === 'write to me') turn.stream().write('after too')
      if (text === 'last') history.push(...(await turn.history({ limit: 100, includeCurrent: true })))
    },
  })
  await using server = await startTestServer({ bot, commitBarrier, logger })
  const [owner, leaver] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [shared, owned] = [await createConversation(owner, leaver), await createConversation(leaver, owner)]
  await using userStream = await openUserStream(owner)
  await sendText(owner, shared, 'wait')
  await sendText(leaver, shared, 'never answered')
  await sendText(leaver, owned, 'write to me')
  await userStream.until(({ data }) => data.includes('"delta":"before"'))
  commitBarrier.pauseDeletions()

  await leaver.delete('/users/me')
  streamingMessage?.write('after')
  await sendText(owner, shared, 'last')
  const events = await userStream.until(isText('last'))
  release()
  await expect.poll(() => history).toHaveLength(2)
  await sendText(owner, shared, 'end')
  events.push(...(await userStream.until(isText('end'))))

  expect(events.some(({ data }) => data.includes('after'))).toBe(false)
  expect(aborted).toEqual(['write to me'])
  expect(turns.slice(0, 3)).toEqual(['wait', 'write to me', 'last'])
  expect(logger.errors).toEqual([])
  expect(history).toMatchObject([{ payload: { text: 'wait' } }, { payload: { text: 'last' } }])
  commitBarrier.resumeDeletions()
  await expect.poll(() => commitBarrier.hasPendingDeletions()).toBe(false)
})

test('after kill -9 between two slices, deleted content stays hidden and the deletion finishes', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const userKeyFor = (userId: string) =>
    signUserKey({ userId, encryptionKey: 'the secret of a bot under test, for its keys' })
  const usersAt = async (url: string) => [
    testUserWithKey(url, { id: 'ann', key: await userKeyFor('ann') }),
    testUserWithKey(url, { id: 'ben', key: await userKeyFor('ben') }),
  ]
  const first = await startChildServer(data, { env: { PARLEY_TEST_SLICES: '2' } })
  const [ann, ben] = await usersAt(first.url)
  if (!ann || !ben) throw new Error('a user is missing')
  for (const user of [ann, ben]) await user.post('/users/get-or-create')
  await ben.post('/conversations', { id: 'home' })
  await ben.post('/conversations/home/participants', { userId: 'ann' })
  await sendMany(ann, 'home', 600)
  await sendText(ben, 'home', 'kept')
  await using before = await openConversationStream(ben, 'home')
  await ann.delete('/users/me')
  let deleted = 0
  await before.until(({ data: text }) => text.includes('message_deleted') && ++deleted === 400)
  await first.stop('SIGKILL')

  const paused = await startChildServer(data, { env: { PARLEY_TEST_SLICES: '0' } })
  const [, benWhilePaused] = await usersAt(paused.url)
  const textsWhilePaused = benWhilePaused && (await listTexts(benWhilePaused, 'home'))
  await paused.stop('SIGKILL')
  const last = await startChildServer(data)
  using database = new DatabaseSync(data, { readOnly: true })
  const count = (query: string) => database.prepare(`SELECT count(*) AS count FROM ${query}`).get()?.['count']
  await expect.poll(() => count('deletions')).toBe(0)
  const [annAfter, benAfter] = await usersAt(last.url)
  const texts = benAfter && (await listTexts(benAfter, 'home'))
  const deletedUser = annAfter && (await annAfter.get('/users/me'))
  await last.stop('SIGTERM')

  expect(textsWhilePaused).toEqual(['kept'])
  expect(texts).toEqual(['kept'])
  expect(deletedUser && outcome(deletedUser)).toBe('404 ResourceNotFound')
  expect(count(`entries WHERE kind = ${kindCode('message_deleted')}`)).toBe(600)
  expect(count(`entries WHERE kind = ${kindCode('participant_removed')}`)).toBe(1)
  expect(count(`entries WHERE kind = ${kindCode('message_created')}`)).toBe(1)
  expect(count('participants')).toBe(1)
})
