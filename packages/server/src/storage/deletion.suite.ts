import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TurnFilter } from '../domain/queries.ts'
import type { BotRecord, Change, ConversationRecord, LogEntry } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import type { Caller } from '../domain/transaction.ts'
import { messageId } from '../wire/ids.ts'
import { createCommitBarrier, type CommitBarrier } from './commit-barrier.ts'

/** A storage that tests can close like a crash: uncommitted changes are lost. */
interface KillableStorage extends Storage {
  kill(): Promise<void>
}

/** Opens a storage. Opening the same name again returns its data. */
export type OpenStorage = (options: {
  commitBarrier: CommitBarrier
  name: string
}) => Promise<KillableStorage>

const messageCount = 700
let opened = 0

/** Tests a storage between the response to a deletion and its last slice. */
export function describeDeletions(open: OpenStorage): void {
  let commitBarrier: CommitBarrier
  let storage: KillableStorage
  let bot: BotRecord
  let name: string
  const committed: Change[] = []
  let largest = 0

  const openStorage = async () => {
    storage = await open({ commitBarrier, name })
    storage.onCommit((changes) => {
      committed.push(...changes)
      largest = Math.max(largest, changes.length)
    })
    bot = await storage.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  }
  const callerOf = (userId: string): Caller => ({ bot, userId })
  const createUser = (id: string) => storage.execute('createUser', { bot, id, fields: {} })
  const say = (userId: string, conversationId: string, text: string) =>
    storage.execute('createMessage', {
      caller: callerOf(userId),
      conversationId,
      payload: `"${text}"`,
      metadata: undefined,
    })
  const sayMany = (userId: string, conversationId: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => say(userId, conversationId, `${userId} ${n}`)))
  /** Creates a conversation of the first user with the other users as participants. */
  const createConversation = async (
    id: string,
    owner: string,
    ...others: string[]
  ): Promise<ConversationRecord> => {
    const conversation = await storage.execute('createConversation', { caller: callerOf(owner), id })
    for (const userId of others)
      await storage.execute('addParticipant', { caller: callerOf(owner), conversationId: id, userId })
    return conversation
  }
  const deleteUser = (userId: string) => storage.execute('deleteUser', { caller: callerOf(userId) })
  const deleteConversation = (userId: string, id: string) =>
    storage.execute('deleteConversation', { caller: callerOf(userId), id })

  const readLog = async ({ rowId }: ConversationRecord): Promise<LogEntry[]> => {
    const entries: LogEntry[] = []
    for (let seq = 0, isLast = false; !isLast;) {
      const page = await storage.queries.entriesAfter(rowId, seq, 500)
      entries.push(...page)
      seq = page.at(-1)?.seq ?? seq
      isLast = page.length === 0
    }
    return entries
  }
  const readUserLog = async (userId: string) => {
    const user = await storage.queries.user(bot, userId)
    const page = user && (await storage.queries.readUserLog(user.rowId, 0, 10_000))
    return (page?.items ?? []).map((item) =>
      item.type === 'entry'
        ? `${item.entry.kind} ${item.entry.conversationId} ${item.entry.payload.slice(0, 9)}`
        : `ended ${item.sequence} ${item.conversationId}`,
    )
  }
  const entryKinds = (entries: readonly LogEntry[]) => new Set(entries.map(({ kind }) => kind))
  const deletionsFinished = () => expect.poll(() => commitBarrier.hasPendingDeletions()).toBe(false)

  beforeEach(async () => {
    commitBarrier = createCommitBarrier()
    name = `deletions-${++opened}`
    await openStorage()
    committed.length = 0
    for (const id of ['ann', 'ben', 'cem']) await createUser(id)
  })
  afterEach(() => storage.close())

  describe('a deleted user', () => {
    test('disappears from all queries before the rows are removed', async () => {
      const home = await createConversation('home', 'ben', 'ann', 'cem')
      const own = await createConversation('own', 'ann', 'ben')
      const annMessages = await sayMany('ann', 'home', 30)
      const [first] = await sayMany('ben', 'home', 1)
      await say('ben', 'own', 'in hers')
      await storage.execute('createEvent', { caller: callerOf('ann'), conversationId: 'home', payload: '{}' })
      const [ann, ben] = [await storage.queries.user(bot, 'ann'), await storage.queries.user(bot, 'ben')]
      const benMembership = await storage.queries.membership(bot, 'ben', 'home')
      const annMembership = await storage.queries.membership(bot, 'ann', 'home')
      const benMembershipInOwn = await storage.queries.membership(bot, 'ben', 'own')
      if (!ann || !ben || !benMembership || !annMembership || !benMembershipInOwn || !first)
        throw new Error('a record is missing')
      commitBarrier.pauseDeletions()

      await deleteUser('ann')

      const { queries } = storage
      const readPage = async (membership: typeof benMembership) => {
        const page = await queries.messagePage(membership, { cursor: undefined, limit: 101 })
        return typeof page === 'object' ? new TextDecoder().decode(page) : page
      }
      expect(commitBarrier.hasPendingDeletions()).toBe(true)
      expect(await queries.user(bot, 'ann')).toBeUndefined()
      expect(await queries.userByRowId(ann.rowId)).toBeUndefined()
      expect(await queries.membership(bot, 'ann', 'home')).toBeUndefined()
      expect(await queries.membership(bot, 'ben', 'own')).toBeUndefined()
      expect((await queries.access(bot, 'ben', 'own'))?.conversation).toBeUndefined()
      expect(await queries.conversation(bot, 'own')).toBeUndefined()
      expect(await queries.conversationByRowId(own.rowId)).toBeUndefined()
      expect(await queries.conversationByRawPath(bot, ben, 'own')).toBeUndefined()
      const conversations = await queries.conversations(ben, { cursor: undefined, limit: 10 })
      expect(conversations.items.map(([{ id }]) => id)).toEqual(['home'])
      const participants = await queries.participants(home, { cursor: undefined, limit: 10 })
      expect(participants.items.map(([{ id }]) => id)).toEqual(['ben', 'cem'])
      expect((await queries.participants(own, { cursor: undefined, limit: 10 })).items).toEqual([])
      expect(await queries.participant(home, 'ann')).toBeUndefined()
      expect((await queries.messages(home, { cursor: undefined, limit: 10 })).map(({ seq }) => seq)).toEqual([
        first.seq,
      ])
      expect(await queries.messages(own, { cursor: undefined, limit: 10 })).toEqual([])
      expect(await readPage(benMembership)).not.toContain('"ann ')
      expect(await readPage(benMembership)).toContain('"ben 0"')
      expect(await readPage(annMembership)).toBeUndefined()
      expect(await readPage(benMembershipInOwn)).toBeUndefined()
      expect(
        (await readLog(home)).filter(({ userRowId }) => userRowId === ann.rowId).map(({ kind }) => kind),
      ).toEqual(['participant_added'])
      expect(await readLog(own)).toEqual([])
      expect(await queries.entry(home.rowId, annMessages[0]?.seq ?? 0)).toBeUndefined()
      expect(await queries.countAfter(home.rowId, first.seq - 1, 100)).toEqual({
        count: 1,
        oldestAt: first.createdAt,
      })
      const filter: TurnFilter = { kinds: ['message_created'], after: 0, backlog: { upTo: 0, since: 0 } }
      const turns = await queries.pendingTurns(bot, filter, { after: 0, upTo: Number.MAX_SAFE_INTEGER })
      expect(turns).toEqual([{ conversationRowId: home.rowId, sequence: first.sequence }])
      const after = { conversationRowId: home.rowId, seq: first.seq }
      expect(await queries.nextTurn(bot, filter, after)).toBeUndefined()
      expect(await queries.nextTurn(bot, filter, { conversationRowId: own.rowId, seq: 0 })).toBeUndefined()
      expect(await queries.latestUserSequence(ann.rowId)).toBeUndefined()
      expect(await queries.readUserLog(ann.rowId, 0, 10)).toBeUndefined()
      expect((await readUserLog('ben')).filter((item) => /"ann |event_created| own /.test(item))).toEqual([])
      expect((await queries.countUserLogAfter(ben.rowId, first.sequence - 1, 100)).count).toBe(1)
    })

    test('makes the count of a gap Infinity if it would skip too many of their rows', async () => {
      const home = await createConversation('home', 'ben', 'ann')
      const [first] = await sayMany('ben', 'home', 1)
      await sayMany('ann', 'home', 1_100)
      const [last] = await sayMany('ben', 'home', 1)
      const ben = await storage.queries.user(bot, 'ben')
      if (!first || !last || !ben) throw new Error('a record is missing')
      commitBarrier.pauseDeletions()
      await deleteUser('ann')

      const { queries } = storage
      const counts = await Promise.all([
        queries.countAfter(home.rowId, first.seq, 10),
        queries.countUserLogAfter(ben.rowId, first.sequence, 10),
        queries.countAfter(home.rowId, first.seq, 500),
        queries.countUserLogAfter(ben.rowId, first.sequence, 500),
        queries.countAfter(home.rowId, first.seq + 200, 10),
        queries.countUserLogAfter(ben.rowId, first.sequence + 200, 10),
      ])

      expect(counts.map(({ count }) => count)).toEqual([Infinity, Infinity, 1, 1, 1, 1])
      expect(counts[2]?.oldestAt).toBe(last.createdAt)
    })

    test('frees their id: a new user starts without data, and can join before the slices are done', async () => {
      const home = await createConversation('home', 'ben', 'ann')
      await sayMany('ann', 'home', messageCount)
      commitBarrier.pauseDeletions()
      await deleteUser('ann')

      await createUser('ann')
      await storage.execute('addParticipant', {
        caller: callerOf('ben'),
        conversationId: 'home',
        userId: 'ann',
      })
      const next = await storage.queries.user(bot, 'ann')
      const whilePaused = await storage.queries.messages(home, { cursor: undefined, limit: 10 })
      commitBarrier.resumeDeletions()
      await deletionsFinished()

      expect(whilePaused).toEqual([])
      const joining = (await readLog(home)).filter(({ kind }) => kind.startsWith('participant_'))
      expect(joining.map(({ kind }) => kind)).toEqual([
        'participant_added',
        'participant_removed',
        'participant_added',
      ])
      const participants = await storage.queries.participants(home, { cursor: undefined, limit: 10 })
      expect(participants.items.map(([{ rowId }]) => rowId)).toEqual([expect.any(Number), next?.rowId])
      expect(await say('ann', 'home', 'back')).toMatchObject({ userRowId: next?.rowId })
    })

    test('frees the ids of their conversations; each deletion is published before its id is reused', async () => {
      const own = await createConversation('own', 'ann', 'ben')
      commitBarrier.pauseDeletions()
      await deleteUser('ann')
      const before = committed.length

      const next = await createConversation('own', 'ben')
      commitBarrier.resumeDeletions()
      await deletionsFinished()

      expect(next.rowId).not.toBe(own.rowId)
      expect(committed.slice(before, before + 2)).toMatchObject([
        { type: 'conversation_deleted', conversationRowId: own.rowId, conversationId: 'own' },
        { type: 'appended', entry: { kind: 'conversation_created', conversationRowId: next.rowId } },
      ])
      expect((await readUserLog('ben')).filter((item) => item.startsWith('ended'))).toHaveLength(1)
      expect(await storage.queries.conversationByRowId(next.rowId)).toBeDefined()
    })

    test('leaves one message_deleted per message, a participant_removed, and nothing else', async () => {
      const home = await createConversation('home', 'ben', 'ann')
      const annMessages = await sayMany('ann', 'home', messageCount)
      await say('ben', 'home', 'kept')

      await deleteUser('ann')
      await deletionsFinished()

      const log = await readLog(home)
      const deleted = log.filter(({ kind }) => kind === 'message_deleted')
      expect(deleted.map(({ payload }) => (JSON.parse(payload) as { id: string }).id)).toEqual(
        annMessages.map((entry) => messageId(entry)),
      )
      expect(log.filter(({ kind }) => kind === 'message_created').map(({ payload }) => payload)).toEqual([
        '"kept"',
      ])
      expect(log.at(-1)).toMatchObject({ kind: 'participant_removed' })
    })

    test('never reuses the numbers of their entries, even if their events were the newest', async () => {
      const home = await createConversation('home', 'ben', 'ann')
      const event = { caller: callerOf('ann'), conversationId: 'home', payload: '{}' }
      await storage.execute('removeParticipant', {
        caller: callerOf('ben'),
        conversationId: 'home',
        userId: 'ann',
      })
      await storage.execute('addParticipant', {
        caller: callerOf('ben'),
        conversationId: 'home',
        userId: 'ann',
      })
      const newest = await storage.execute('createEvent', event)
      commitBarrier.pauseDeletions()
      await deleteUser('ann')
      await storage.close()
      commitBarrier.resumeDeletions()
      await openStorage()
      await deletionsFinished()

      const next = await say('ben', 'home', 'next')

      expect(next.seq).toBeGreaterThan(newest.seq)
      expect(next.sequence).toBeGreaterThan(newest.sequence)
      expect((await readLog(home)).some(({ kind }) => kind === 'event_created')).toBe(false)
    })
  })

  describe('a deleted conversation', () => {
    test('disappears for all users at once, and each participant sees it removed once during all slices', async () => {
      const own = await createConversation('own', 'ann', 'ben', 'cem')
      await sayMany('ann', 'own', messageCount)
      const ben = await storage.queries.user(bot, 'ben')
      commitBarrier.pauseDeletions()
      await deleteConversation('ann', 'own')

      const logs: string[][] = []
      while (commitBarrier.hasPendingDeletions()) {
        logs.push(await readUserLog('ben'))
        expect(await readLog(own)).toEqual([])
        expect(await storage.queries.messages(own, { cursor: undefined, limit: 10 })).toEqual([])
        expect(await storage.queries.conversationRowIds(ben?.rowId ?? 0)).toEqual([])
        expect((await storage.queries.countUserLogAfter(ben?.rowId ?? 0, 0, 100)).count).toBe(1)
        await commitBarrier.runSlice()
      }
      logs.push(await readUserLog('ben'))

      expect(logs.length).toBeGreaterThan(3)
      expect(new Set(logs.map((items) => items.join()))).toEqual(
        new Set([expect.stringMatching(/^ended \d+ own$/)]),
      )
    })

    test('frees its id: a new conversation starts without entries', async () => {
      const previous = await createConversation('own', 'ann', 'ben')
      await sayMany('ann', 'own', messageCount)
      commitBarrier.pauseDeletions()
      await deleteConversation('ann', 'own')

      const next = await createConversation('own', 'ben')
      const whilePaused = await readLog(next)
      commitBarrier.resumeDeletions()
      await deletionsFinished()

      expect(next.rowId).not.toBe(previous.rowId)
      expect(entryKinds(whilePaused)).toEqual(new Set(['conversation_created']))
      expect(await readLog(next)).toEqual(whilePaused)
      expect(await storage.queries.membership(bot, 'ann', 'own')).toBeUndefined()
    })
  })

  test('INV-12: the sequence of a deletion is never reused, even after all newer entries are removed', async () => {
    await createConversation('own', 'ann', 'ben')
    await deleteConversation('ann', 'own')
    await deletionsFinished()
    const [deletionSequence] = committed.flatMap((change) =>
      change.type === 'conversation_deleted' ? change.sequence : [],
    )
    await storage.close()
    await openStorage()

    await createConversation('next', 'ben')
    const next = await say('ben', 'next', 'first')

    expect(deletionSequence).toBeGreaterThan(0)
    expect(next.sequence).toBe((deletionSequence ?? 0) + 2)
  })

  test('a deletion continues after a crash between two slices', async () => {
    const home = await createConversation('home', 'ben', 'ann')
    await createConversation('own', 'ann', 'ben')
    await sayMany('ann', 'home', messageCount)
    commitBarrier.pauseDeletions()
    await deleteUser('ann')
    await commitBarrier.runSlice()
    const before = (await readLog(home)).filter(({ kind }) => kind === 'message_deleted').length
    await storage.kill()

    await openStorage()
    const reopened = await readLog(home)
    commitBarrier.resumeDeletions()
    await deletionsFinished()

    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(messageCount)
    expect(reopened.some(({ kind }) => kind === 'message_created')).toBe(false)
    const log = await readLog(home)
    expect(log.filter(({ kind }) => kind === 'message_deleted')).toHaveLength(messageCount)
    expect((await readUserLog('ben')).filter((item) => item.startsWith('ended'))).toHaveLength(1)
  })

  test('two overlapping deletions both finish', async () => {
    const [annas, bens] = [
      await createConversation('annas', 'ann', 'ben', 'cem'),
      await createConversation('bens', 'ben', 'ann', 'cem'),
    ]
    await Promise.all([
      sayMany('ann', 'annas', 300),
      sayMany('ben', 'annas', 300),
      sayMany('ann', 'bens', 300),
      sayMany('ben', 'bens', 300),
    ])
    const cems = await createConversation('cems', 'cem', 'ann', 'ben')
    await Promise.all([sayMany('ann', 'cems', 300), sayMany('ben', 'cems', 300)])
    commitBarrier.pauseDeletions()
    await deleteUser('ann')
    await commitBarrier.runSlice()

    await deleteUser('ben')
    await commitBarrier.runSlice()
    const whilePaused = await readLog(cems)
    commitBarrier.resumeDeletions()
    await deletionsFinished()

    expect(whilePaused.some(({ kind }) => kind === 'message_created')).toBe(false)
    expect(await readLog(annas)).toEqual([])
    expect(await readLog(bens)).toEqual([])
    const log = await readLog(cems)
    expect(log.filter(({ kind }) => kind === 'message_deleted')).toHaveLength(600)
    expect(log.filter(({ kind }) => kind === 'participant_removed')).toHaveLength(2)
    const ended = (await readUserLog('cem')).filter((item) => item.startsWith('ended'))
    expect(new Set(ended.map((item) => item.split(' ')[2]))).toEqual(new Set(['annas', 'bens']))
    expect(ended).toHaveLength(2)
  })

  test('other requests complete before the last slice, and each commit contains at most one slice', async () => {
    const home = await createConversation('home', 'ben', 'ann')
    await sayMany('ann', 'home', 3 * messageCount)
    commitBarrier.pauseDeletions()
    await deleteUser('ann')
    largest = 0

    commitBarrier.resumeDeletions()
    const { seq } = await say('ben', 'home', 'meanwhile')
    await deletionsFinished()

    const deleted = (await readLog(home)).filter(({ kind }) => kind === 'message_deleted')
    expect(deleted).toHaveLength(3 * messageCount)
    expect(deleted.at(-1)?.seq).toBeGreaterThan(seq)
    expect(largest).toBeLessThanOrEqual(257)
  })
}
