import { DatabaseSync } from 'node:sqlite'
import type { Event, Message } from '@parley/core/contract'
import { signUserKey } from '@parley/core/keys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineBot, type AnswerStream } from '../src/index.ts'
import { kindCode } from '../src/storage/sqlite/entry-kinds.ts'
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

/** Between the response to a deletion and its last slice: slices are paused unless a test runs them. */
const commitBarrier = createCommitBarrier()
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ commitBarrier, logger: createRecordingLogger() })
  commitBarrier.pauseDeletions()
})
afterAll(() => server.close())

const finish = async (): Promise<void> => {
  commitBarrier.resumeDeletions()
  await expect.poll(() => commitBarrier.hasPendingDeletions()).toBe(false)
  commitBarrier.pauseDeletions()
}
const after = (id: string) => ({ 'last-event-id': id })
const isText = (text: string) => (event: StreamEvent) => event.data.includes(`"text":"${text}"`)
const sayMany = (sender: TestUser, conversationId: string, count: number): Promise<Message[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => sendText(sender, conversationId, `${sender.id} ${n}`)))
const typesOf = (events: readonly StreamEvent[]) =>
  events.map(({ event, data }) => (event === 'message' ? (JSON.parse(data) as { type: string }).type : event))

test('a deleted user is listed nowhere, and their messages are not replayed on any stream', async () => {
  const [owner, leaver] = [await createTestUser(server.url), await createTestUser(server.url)]
  const id = await createConversation(owner, leaver)
  await using one = await openConversationStream(owner, id)
  await using all = await openUserStream(owner)
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
  await using again = await openConversationStream(owner, id, after(one.ready.id))
  await using allAgain = await openUserStream(owner, after(all.ready.id))
  const resumedAtDeleted = await openConversationStream(owner, id, after(messageId))
  await using fresh = await openConversationStream(owner, id)
  expect([again.ready.state, allAgain.ready.state]).toEqual(['resumed', 'resumed'])
  expect(resumedAtDeleted.ready.state).toBe('reset')
  await sendText(owner, id, 'end')
  expect(typesOf(await again.until(isText('end')))).toEqual(['message_created', 'message_created'])
  expect(typesOf(await allAgain.until(isText('end')))).toEqual(['message_created', 'message_created'])
  await finish()
  for (const stream of [again, allAgain, fresh, resumedAtDeleted]) {
    const isRemoval = ({ data }: StreamEvent) => data.includes('participant_removed')
    const told = (await stream.until(isRemoval)).filter(({ data }) => !data.includes('"text"'))
    expect(typesOf(told)).toEqual(['message_deleted', 'participant_removed'])
  }
  await resumedAtDeleted[Symbol.asyncDispose]()
})

test('the streams of a deleted user and of their conversations end before any slice runs', async () => {
  const [owner, leaver] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [shared, owned] = [await createConversation(owner, leaver), await createConversation(leaver, owner)]
  await using theirs = await openConversationStream(leaver, shared)
  await using allOfTheirs = await openUserStream(leaver)
  await using inOwned = await openConversationStream(owner, owned)
  await using kept = await openConversationStream(owner, shared)
  await sendText(owner, shared, 'one')
  await sendText(owner, owned, 'two')
  // From here on the streams have caught up with the log and receive live signals.
  await Promise.all([
    theirs.nextSignals(1),
    inOwned.nextSignals(1),
    kept.nextSignals(1),
    allOfTheirs.nextSignals(2),
  ])

  await leaver.delete('/users/me')

  expect(await theirs.remainingSignals()).toEqual([])
  expect(await allOfTheirs.remainingSignals()).toEqual([])
  expect(await inOwned.remainingSignals()).toEqual([])
  await sendText(owner, shared, 'still here')
  expect(await kept.nextSignals(1)).toMatchObject([{ data: { payload: { text: 'still here' } } }])
  expect(outcome(await owner.get(`/conversations/${owned}/listen`))).toBe('403 Forbidden')
  expect(outcome(await owner.post('/messages', { conversationId: owned, payload: {} }))).toMatch(/^40[03]/)
  expect(await owner.get('/conversations')).toMatchObject({ body: { conversations: [{ id: shared }] } })
  await finish()
})

test('the ids of a deleted user and their conversations are free at once, and start empty', async () => {
  const [guest, former] = [
    await createTestUser(server.url),
    await createTestUser(server.url, { id: 'former' }),
  ]
  await former.post('/conversations', { id: 'theirs' })
  await former.post('/conversations/theirs/participants', { userId: guest.id })
  await sendText(former, 'theirs', 'old')
  const shared = await createConversation(guest, former)
  await sayMany(former, shared, 10)
  await using all = await openUserStream(guest)
  await former.delete('/users/me')

  const next = await createTestUser(server.url, { id: 'former', name: 'Next' })
  const taken = await guest.post('/conversations', { id: 'theirs' })
  await guest.post(`/conversations/${shared}/participants`, { userId: 'former' })
  const texts = [await listTexts(guest, 'theirs'), await listTexts(next, shared)]
  await finish()
  await sendText(next, shared, 'end')

  expect(outcome(taken)).toBe('201')
  expect(texts).toEqual([[], []])
  expect(await next.get('/conversations')).toMatchObject({ body: { conversations: [{ id: shared }] } })
  const events = await all.until(isText('end'))
  const coming = typesOf(events).filter((type) => /^(participant|conversation)_/.test(type))
  expect(coming).toEqual([
    'conversation_removed',
    'conversation_added',
    'participant_removed',
    'participant_added',
  ])
  expect(await listTexts(next, shared)).toEqual(['end'])
  expect(await guest.get(`/conversations/${shared}/participants`)).toMatchObject({
    body: { participants: [{ id: guest.id }, { id: 'former', name: 'Next' }] },
  })
})

test('participants see the removal of a deleted conversation exactly once, even after a resume', async () => {
  const [owner, guest] = [await createTestUser(server.url), await createTestUser(server.url)]
  await owner.post('/conversations', { id: 'big' })
  await owner.post('/conversations/big/participants', { userId: guest.id })
  await sayMany(owner, 'big', 600)
  const home = await createConversation(guest)
  await using all = await openUserStream(guest)
  await owner.delete('/conversations/big')
  await owner.post('/conversations', { id: 'big' })
  await owner.post('/conversations/big/participants', { userId: guest.id })

  await using during = await openUserStream(guest, after(all.ready.id))
  await commitBarrier.runSlice()
  await finish()
  await using afterwards = await openUserStream(guest, after(all.ready.id))
  await sendText(guest, home, 'end')

  for (const stream of [all, during, afterwards]) {
    const types = typesOf(await stream.until(isText('end')))
    expect(types).toEqual([
      'conversation_removed',
      'conversation_added',
      'participant_added',
      'message_created',
    ])
  }
  expect(await listTexts(guest, 'big')).toEqual([])
})

test('a repeated request does not return its earlier result from the conversation of a deleted user', async () => {
  const [owner, guest] = [await createTestUser(server.url), await createTestUser(server.url)]
  const id = await createConversation(owner, guest)
  const send = () =>
    guest.post(
      '/messages',
      { conversationId: id, payload: { type: 'text', text: 'once' } },
      { 'idempotency-key': 'k' },
    )
  await send()

  await owner.delete('/users/me')

  expect(outcome(await send())).toBe('404 ResourceNotFound')
  await finish()
})

test('the bot runs no turn for a deleted user, and can neither read nor write their messages', async () => {
  const commitBarrier = createCommitBarrier()
  const logger = createRecordingLogger()
  const history: unknown[] = []
  const turns: string[] = []
  const aborted: string[] = []
  let draft: AnswerStream | undefined
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
        draft = turn.stream()
        draft.write('before')
      }
      await released
      if (text === 'write to me') turn.stream().write('after as well')
      if (text === 'wait') history.push(...(await turn.history({ limit: 100 })))
    },
  })
  await using own = await startTestServer({ bot, commitBarrier, logger })
  const [owner, leaver] = [await createTestUser(own.url), await createTestUser(own.url)]
  const [shared, owned] = [await createConversation(owner, leaver), await createConversation(leaver, owner)]
  await using all = await openUserStream(owner)
  await sendText(owner, shared, 'wait')
  await sendText(leaver, shared, 'never answered')
  await sendText(leaver, owned, 'write to me')
  await all.until(({ data }) => data.includes('"delta":"before"'))
  commitBarrier.pauseDeletions()

  await leaver.delete('/users/me')
  draft?.write('after')
  await sendText(owner, shared, 'last')
  const heard = await all.until(isText('last'))
  release()
  await expect.poll(() => turns).toContain('last')
  await sendText(owner, shared, 'end')
  heard.push(...(await all.until(isText('end'))))

  expect(heard.some(({ data }) => data.includes('after'))).toBe(false)
  expect(aborted).toEqual(['write to me'])
  expect(turns.slice(0, 3)).toEqual(['wait', 'write to me', 'last'])
  expect(logger.errors).toEqual([])
  expect(history).toMatchObject([{ payload: { text: 'last' } }, { payload: { text: 'wait' } }])
  commitBarrier.resumeDeletions()
  await expect.poll(() => commitBarrier.hasPendingDeletions()).toBe(false)
})

test('after kill -9 between two slices, deleted content stays hidden and the deletion finishes', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const keyOf = (userId: string) =>
    signUserKey({ userId, encryptionKey: 'the secret of a bot under test, for its keys' })
  const peopleAt = async (url: string) => [
    testUserWithKey(url, { id: 'ann', key: await keyOf('ann') }),
    testUserWithKey(url, { id: 'ben', key: await keyOf('ben') }),
  ]
  const first = await startChildServer(data, { env: { PARLEY_TEST_SLICES: '2' } })
  const [ann, ben] = await peopleAt(first.url)
  if (!ann || !ben) throw new Error('a user is missing')
  for (const person of [ann, ben]) await person.post('/users/get-or-create')
  await ben.post('/conversations', { id: 'home' })
  await ben.post('/conversations/home/participants', { userId: 'ann' })
  await sayMany(ann, 'home', 600)
  await sendText(ben, 'home', 'kept')
  await using before = await openConversationStream(ben, 'home')
  await ann.delete('/users/me')
  let deleted = 0
  await before.until(({ data: text }) => text.includes('message_deleted') && ++deleted === 400)
  await first.stop('SIGKILL')

  const held = await startChildServer(data, { env: { PARLEY_TEST_SLICES: '0' } })
  const [, benAgain] = await peopleAt(held.url)
  const shown = benAgain && (await listTexts(benAgain, 'home'))
  await held.stop('SIGKILL')
  const last = await startChildServer(data)
  using database = new DatabaseSync(data, { readOnly: true })
  const count = (query: string) => database.prepare(`SELECT count(*) AS count FROM ${query}`).get()?.['count']
  await expect.poll(() => count('deletions')).toBe(0)
  const [annAtLast, benAtLast] = await peopleAt(last.url)
  const texts = benAtLast && (await listTexts(benAtLast, 'home'))
  const gone = annAtLast && (await annAtLast.get('/users/me'))
  await last.stop('SIGTERM')

  expect(shown).toEqual(['kept'])
  expect(texts).toEqual(['kept'])
  expect(gone && outcome(gone)).toBe('404 ResourceNotFound')
  expect(count(`entries WHERE kind = ${kindCode('message_deleted')}`)).toBe(600)
  expect(count(`entries WHERE kind = ${kindCode('participant_removed')}`)).toBe(1)
  expect(count(`entries WHERE kind = ${kindCode('message_created')}`)).toBe(1)
  expect(count('participants')).toBe(1)
})
