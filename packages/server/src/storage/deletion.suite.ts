import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { messageId } from '../domain/positions.ts'
import type { TurnFilter } from '../domain/queries.ts'
import type { BotRecord, ConversationRecord, Change, LogEntry } from '../domain/records.ts'
import type { Caller } from '../domain/transaction.ts'
import { createCommitBarrier, type CommitBarrier } from './sqlite/commit-barrier.ts'
import type { Storage } from './storage.ts'

/** Opens a storage. Opening the same name again restores its data. */
export type OpenStorage = (options: { gate: CommitBarrier; name: string }) => Promise<Storage>

const messageCount = 700
let opened = 0

/** Tests each storage between the response to a deletion and its last slice. */
export function describeDeletions(open: OpenStorage): void {
  let gate: CommitBarrier
  let storage: Storage
  let bot: BotRecord
  let name: string
  const committed: Change[] = []
  let largest = 0

  const openIt = async () => {
    storage = await open({ gate, name })
    storage.onCommit((effects) => {
      committed.push(...effects)
      largest = Math.max(largest, effects.length)
    })
    bot = await storage.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  }
  const as = (userId: string): Caller => ({ bot, userId })
  const join = (id: string) => storage.execute('createUser', { bot, id, fields: {} })
  const say = (userId: string, conversationId: string, text: string) =>
    storage.execute('createMessage', {
      caller: as(userId),
      conversationId,
      payload: `"${text}"`,
      metadata: undefined,
    })
  const sayMany = (userId: string, conversationId: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => say(userId, conversationId, `${userId} ${n}`)))
  /** A conversation of the first user, with all users as participants. */
  const converse = async (id: string, owner: string, ...others: string[]): Promise<ConversationRecord> => {
    const conversation = await storage.execute('createConversation', { caller: as(owner), id })
    for (const userId of others)
      await storage.execute('addParticipant', { caller: as(owner), conversationId: id, userId })
    return conversation
  }
  const deleteUser = (userId: string) => storage.execute('deleteUser', { caller: as(userId) })
  const deleteConversation = (userId: string, id: string) =>
    storage.execute('deleteConversation', { caller: as(userId), id })

  const logOf = async ({ rowId: key }: ConversationRecord): Promise<LogEntry[]> => {
    const entries: LogEntry[] = []
    for (let number = 0, isLast = false; !isLast;) {
      const page = await storage.queries.entriesAfter(key, number, 500)
      entries.push(...page)
      number = page.at(-1)?.seq ?? number
      isLast = page.length === 0
    }
    return entries
  }
  const userLogOf = async (userId: string) => {
    const user = await storage.queries.user(bot, userId)
    const page = user && (await storage.queries.readUserLog(user.rowId, 0, 10_000))
    return (page?.items ?? []).map((item) =>
      item.type === 'entry'
        ? `${item.entry.kind} ${item.entry.conversationId} ${item.entry.payload.slice(0, 9)}`
        : `departure ${item.sequence} ${item.conversationId}`,
    )
  }
  const kindsOf = (entries: readonly LogEntry[]) => new Set(entries.map(({ kind }) => kind))
  const isDone = () => expect.poll(() => gate.hasPendingDeletions()).toBe(false)

  beforeEach(async () => {
    gate = createCommitBarrier()
    name = `deletions-${++opened}`
    await openIt()
    committed.length = 0
    for (const id of ['ann', 'ben', 'cem']) await join(id)
  })
  afterEach(() => storage.close())

  describe('a deleted user', () => {
    test('disappears from all reads before the rows are removed', async () => {
      const home = await converse('home', 'ben', 'ann', 'cem')
      const own = await converse('own', 'ann', 'ben')
      const mine = await sayMany('ann', 'home', 30)
      const [first] = await sayMany('ben', 'home', 1)
      await say('ben', 'own', 'in hers')
      await storage.execute('createEvent', { caller: as('ann'), conversationId: 'home', payload: '{}' })
      const [ann, ben] = [await storage.queries.user(bot, 'ann'), await storage.queries.user(bot, 'ben')]
      const place = await storage.queries.membership(bot, 'ben', 'home')
      const ofAnn = await storage.queries.membership(bot, 'ann', 'home')
      const inOwn = await storage.queries.membership(bot, 'ben', 'own')
      if (!ann || !ben || !place || !ofAnn || !inOwn || !first) throw new Error('a record is missing')
      gate.pauseDeletions()

      await deleteUser('ann')

      const { queries: reads } = storage
      const pageOf = async (of: typeof place) => {
        const page = await reads.messagePage(of, { cursor: undefined, limit: 101 })
        return typeof page === 'object' ? new TextDecoder().decode(page) : page
      }
      expect(gate.hasPendingDeletions()).toBe(true)
      expect(await reads.user(bot, 'ann')).toBeUndefined()
      expect(await reads.userByRowId(ann.rowId)).toBeUndefined()
      expect(await reads.membership(bot, 'ann', 'home')).toBeUndefined()
      expect(await reads.membership(bot, 'ben', 'own')).toBeUndefined()
      expect((await reads.access(bot, 'ben', 'own'))?.conversation).toBeUndefined()
      expect(await reads.conversation(bot, 'own')).toBeUndefined()
      expect(await reads.conversationByRowId(own.rowId)).toBeUndefined()
      expect(await reads.conversationByRawPath(bot, ben, 'own')).toBeUndefined()
      const conversations = await reads.conversations(ben, { cursor: undefined, limit: 10 })
      expect(conversations.items.map(([{ id }]) => id)).toEqual(['home'])
      const participants = await reads.participants(home, { cursor: undefined, limit: 10 })
      expect(participants.items.map(([{ id }]) => id)).toEqual(['ben', 'cem'])
      expect((await reads.participants(own, { cursor: undefined, limit: 10 })).items).toEqual([])
      expect(await reads.participant(home, 'ann')).toBeUndefined()
      expect(
        (await reads.messages(home, { cursor: undefined, limit: 10 })).map(({ seq: number }) => number),
      ).toEqual([first.seq])
      expect(await reads.messages(own, { cursor: undefined, limit: 10 })).toEqual([])
      expect(await pageOf(place)).not.toContain('"ann ')
      expect(await pageOf(place)).toContain('"ben 0"')
      expect(await pageOf(ofAnn)).toBeUndefined()
      expect(await pageOf(inOwn)).toBeUndefined()
      expect(
        (await logOf(home)).filter(({ userRowId }) => userRowId === ann.rowId).map(({ kind }) => kind),
      ).toEqual(['participant_added'])
      expect(await logOf(own)).toEqual([])
      expect(await reads.entry(home.rowId, mine[0]?.seq ?? 0)).toBeUndefined()
      expect(await reads.countAfter(home.rowId, first.seq - 1, 100)).toEqual({
        count: 1,
        oldestAt: first.createdAt,
      })
      const filter: TurnFilter = { kinds: ['message_created'], after: 0, backlog: { upTo: 0, since: 0 } }
      const turns = await reads.pendingTurns(bot, filter, { after: 0, upTo: Number.MAX_SAFE_INTEGER })
      expect(turns).toEqual([{ conversationRowId: home.rowId, sequence: first.sequence }])
      const after = { conversationRowId: home.rowId, seq: first.seq }
      expect(await reads.nextTurn(bot, filter, after)).toBeUndefined()
      expect(await reads.nextTurn(bot, filter, { conversationRowId: own.rowId, seq: 0 })).toBeUndefined()
      expect(await reads.latestUserSequence(ann.rowId)).toBeUndefined()
      expect(await reads.readUserLog(ann.rowId, 0, 10)).toBeUndefined()
      expect((await userLogOf('ben')).filter((item) => /"ann |event_created| own /.test(item))).toEqual([])
      expect((await reads.countUserLogAfter(ben.rowId, first.sequence - 1, 100)).count).toBe(1)
    })

    test('frees their id: a new user starts empty, and may join before the deleted one has left', async () => {
      const home = await converse('home', 'ben', 'ann')
      await sayMany('ann', 'home', messageCount)
      gate.pauseDeletions()
      await deleteUser('ann')

      await join('ann')
      await storage.execute('addParticipant', { caller: as('ben'), conversationId: 'home', userId: 'ann' })
      const next = await storage.queries.user(bot, 'ann')
      const whileHeld = await storage.queries.messages(home, { cursor: undefined, limit: 10 })
      gate.resumeDeletions()
      await isDone()

      expect(whileHeld).toEqual([])
      const joining = (await logOf(home)).filter(({ kind }) => kind.startsWith('participant_'))
      expect(joining.map(({ kind }) => kind)).toEqual([
        'participant_added',
        'participant_removed',
        'participant_added',
      ])
      const participants = await storage.queries.participants(home, { cursor: undefined, limit: 10 })
      expect(participants.items.map(([{ rowId: key }]) => key)).toEqual([expect.any(Number), next?.rowId])
      expect(await say('ann', 'home', 'back')).toMatchObject({ userRowId: next?.rowId })
    })

    test('frees the ids of their conversations, which emit their deletion before an id is reused', async () => {
      const own = await converse('own', 'ann', 'ben')
      gate.pauseDeletions()
      await deleteUser('ann')
      const before = committed.length

      const next = await converse('own', 'ben')
      gate.resumeDeletions()
      await isDone()

      expect(next.rowId).not.toBe(own.rowId)
      expect(committed.slice(before, before + 2)).toMatchObject([
        { type: 'conversation_deleted', conversationRowId: own.rowId, conversationId: 'own' },
        { type: 'appended', entry: { kind: 'conversation_created', conversationRowId: next.rowId } },
      ])
      expect((await userLogOf('ben')).filter((item) => item.startsWith('departure'))).toHaveLength(1)
      expect(await storage.queries.conversationByRowId(next.rowId)).toBeDefined()
    })

    test('leaves a message_deleted for each message once, a participant_removed, and nothing else', async () => {
      const home = await converse('home', 'ben', 'ann')
      const mine = await sayMany('ann', 'home', messageCount)
      await say('ben', 'home', 'kept')

      await deleteUser('ann')
      await isDone()

      const log = await logOf(home)
      const deleted = log.filter(({ kind }) => kind === 'message_deleted')
      expect(deleted.map(({ payload }) => (JSON.parse(payload) as { id: string }).id)).toEqual(
        mine.map((entry) => messageId(entry)),
      )
      expect(log.filter(({ kind }) => kind === 'message_created').map(({ payload }) => payload)).toEqual([
        '"kept"',
      ])
      expect(log.at(-1)).toMatchObject({ kind: 'participant_removed' })
    })

    test('never reuses their entry numbers, even if their events were the newest', async () => {
      const home = await converse('home', 'ben', 'ann')
      const event = { caller: as('ann'), conversationId: 'home', payload: '{}' }
      await storage.execute('removeParticipant', { caller: as('ben'), conversationId: 'home', userId: 'ann' })
      await storage.execute('addParticipant', { caller: as('ben'), conversationId: 'home', userId: 'ann' })
      const newest = await storage.execute('createEvent', event)
      gate.pauseDeletions()
      await deleteUser('ann')
      await storage.close()
      gate.resumeDeletions()
      await openIt()
      await isDone()

      const next = await say('ben', 'home', 'next')

      expect(next.seq).toBeGreaterThan(newest.seq)
      expect(next.sequence).toBeGreaterThan(newest.sequence)
      expect((await logOf(home)).some(({ kind }) => kind === 'event_created')).toBe(false)
    })
  })

  describe('a deleted conversation', () => {
    test('disappears for all users at once, and each participant sees one removal throughout all slices', async () => {
      const own = await converse('own', 'ann', 'ben', 'cem')
      await sayMany('ann', 'own', messageCount)
      const ben = await storage.queries.user(bot, 'ben')
      gate.pauseDeletions()
      await deleteConversation('ann', 'own')

      const told: string[][] = []
      while (gate.hasPendingDeletions()) {
        told.push(await userLogOf('ben'))
        expect(await logOf(own)).toEqual([])
        expect(await storage.queries.messages(own, { cursor: undefined, limit: 10 })).toEqual([])
        expect(await storage.queries.conversationRowIds(ben?.rowId ?? 0)).toEqual([])
        expect((await storage.queries.countUserLogAfter(ben?.rowId ?? 0, 0, 100)).count).toBe(1)
        await gate.runSlice()
      }
      told.push(await userLogOf('ben'))

      expect(told.length).toBeGreaterThan(3)
      expect(new Set(told.map((items) => items.join()))).toEqual(
        new Set([expect.stringMatching(/^departure \d+ own$/)]),
      )
    })

    test('frees its id: a new conversation starts empty', async () => {
      const former = await converse('own', 'ann', 'ben')
      await sayMany('ann', 'own', messageCount)
      gate.pauseDeletions()
      await deleteConversation('ann', 'own')

      const next = await converse('own', 'ben')
      const held = await logOf(next)
      gate.resumeDeletions()
      await isDone()

      expect(next.rowId).not.toBe(former.rowId)
      expect(kindsOf(held)).toEqual(new Set(['conversation_created']))
      expect(await logOf(next)).toEqual(held)
      expect(await storage.queries.membership(bot, 'ann', 'own')).toBeUndefined()
    })
  })

  test('INV-12: the position of a deletion is never reused, even after all newer entries are removed', async () => {
    await converse('own', 'ann', 'ben')
    await deleteConversation('ann', 'own')
    await isDone()
    const [place] = committed.flatMap((effect) =>
      effect.type === 'conversation_deleted' ? effect.sequence : [],
    )
    await storage.close()
    await openIt()

    await converse('next', 'ben')
    const next = await say('ben', 'next', 'first')

    expect(place).toBeGreaterThan(0)
    expect(next.sequence).toBe((place ?? 0) + 2)
  })

  test('a deletion continues after a crash between two slices', async () => {
    const home = await converse('home', 'ben', 'ann')
    await converse('own', 'ann', 'ben')
    await sayMany('ann', 'home', messageCount)
    gate.pauseDeletions()
    await deleteUser('ann')
    await gate.runSlice()
    const before = (await logOf(home)).filter(({ kind }) => kind === 'message_deleted').length
    await storage.kill()

    await openIt()
    const reopened = await logOf(home)
    gate.resumeDeletions()
    await isDone()

    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(messageCount)
    expect(reopened.some(({ kind }) => kind === 'message_created')).toBe(false)
    const log = await logOf(home)
    expect(log.filter(({ kind }) => kind === 'message_deleted')).toHaveLength(messageCount)
    expect((await userLogOf('ben')).filter((item) => item.startsWith('departure'))).toHaveLength(1)
  })

  test('two overlapping deletions both finish', async () => {
    const [annas, bens] = [
      await converse('annas', 'ann', 'ben', 'cem'),
      await converse('bens', 'ben', 'ann', 'cem'),
    ]
    await Promise.all([
      sayMany('ann', 'annas', 300),
      sayMany('ben', 'annas', 300),
      sayMany('ann', 'bens', 300),
      sayMany('ben', 'bens', 300),
    ])
    const cems = await converse('cems', 'cem', 'ann', 'ben')
    await Promise.all([sayMany('ann', 'cems', 300), sayMany('ben', 'cems', 300)])
    gate.pauseDeletions()
    await deleteUser('ann')
    await gate.runSlice()

    await deleteUser('ben')
    await gate.runSlice()
    const held = await logOf(cems)
    gate.resumeDeletions()
    await isDone()

    expect(held.some(({ kind }) => kind === 'message_created')).toBe(false)
    expect(await logOf(annas)).toEqual([])
    expect(await logOf(bens)).toEqual([])
    const log = await logOf(cems)
    expect(log.filter(({ kind }) => kind === 'message_deleted')).toHaveLength(600)
    expect(log.filter(({ kind }) => kind === 'participant_removed')).toHaveLength(2)
    const departures = (await userLogOf('cem')).filter((item) => item.startsWith('departure'))
    expect(new Set(departures.map((item) => item.split(' ')[2]))).toEqual(new Set(['annas', 'bens']))
    expect(departures).toHaveLength(2)
  })

  test('other requests are answered before the last slice, and each commit contains at most one slice', async () => {
    const home = await converse('home', 'ben', 'ann')
    await sayMany('ann', 'home', 3 * messageCount)
    gate.pauseDeletions()
    await deleteUser('ann')
    largest = 0

    gate.resumeDeletions()
    const { seq: number } = await say('ben', 'home', 'meanwhile')
    await isDone()

    const deleted = (await logOf(home)).filter(({ kind }) => kind === 'message_deleted')
    expect(deleted).toHaveLength(3 * messageCount)
    expect(deleted.at(-1)?.seq).toBeGreaterThan(number)
    expect(largest).toBeLessThanOrEqual(257)
  })
}
