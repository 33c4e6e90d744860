import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { messageId } from '../domain/positions.ts'
import type { TurnFilter } from '../domain/reads.ts'
import type { BotRecord, ConversationRecord, Effect, Entry } from '../domain/records.ts'
import type { Caller } from '../domain/transaction.ts'
import { createFlushGate, type FlushGate } from './sqlite/flush-gate.ts'
import type { Storage } from './storage.ts'

/** Opens a storage. Opening the same name again restores its data. */
export type OpenStorage = (options: { gate: FlushGate; name: string }) => Promise<Storage>

const messageCount = 700
let opened = 0

/** Tests each storage between the response to a deletion and its last slice. */
export function describeDeletions(open: OpenStorage): void {
  let gate: FlushGate
  let storage: Storage
  let bot: BotRecord
  let name: string
  const committed: Effect[] = []
  let largest = 0

  const openIt = async () => {
    storage = await open({ gate, name })
    storage.onCommit((effects) => {
      committed.push(...effects)
      largest = Math.max(largest, effects.length)
    })
    bot = await storage.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fields: '{}' })
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

  const logOf = async ({ key }: ConversationRecord): Promise<Entry[]> => {
    const entries: Entry[] = []
    for (let number = 0, isLast = false; !isLast;) {
      const page = await storage.reads.entriesAfter(key, number, 500)
      entries.push(...page)
      number = page.at(-1)?.number ?? number
      isLast = page.length === 0
    }
    return entries
  }
  const userLogOf = async (userId: string) => {
    const user = await storage.reads.user(bot, userId)
    const page = user && (await storage.reads.userLogAfter(user.key, 0, 10_000))
    return (page?.items ?? []).map((item) =>
      item.type === 'entry'
        ? `${item.entry.kind} ${item.entry.conversationId} ${item.entry.payload.slice(0, 9)}`
        : `departure ${item.sequence} ${item.conversationId}`,
    )
  }
  const kindsOf = (entries: readonly Entry[]) => new Set(entries.map(({ kind }) => kind))
  const isDone = () => expect.poll(() => gate.hasPendingDeletions()).toBe(false)

  beforeEach(async () => {
    gate = createFlushGate()
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
      const [ann, ben] = [await storage.reads.user(bot, 'ann'), await storage.reads.user(bot, 'ben')]
      const place = await storage.reads.place(bot, 'ben', 'home')
      const ofAnn = await storage.reads.place(bot, 'ann', 'home')
      const inOwn = await storage.reads.place(bot, 'ben', 'own')
      if (!ann || !ben || !place || !ofAnn || !inOwn || !first) throw new Error('a record is missing')
      gate.holdDeletions()

      await deleteUser('ann')

      const { reads } = storage
      const pageOf = async (of: typeof place) => {
        const page = await reads.messagePage(of, { beyond: undefined, limit: 101 })
        return typeof page === 'object' ? new TextDecoder().decode(page) : page
      }
      expect(gate.hasPendingDeletions()).toBe(true)
      expect(await reads.user(bot, 'ann')).toBeUndefined()
      expect(await reads.userByKey(ann.key)).toBeUndefined()
      expect(await reads.place(bot, 'ann', 'home')).toBeUndefined()
      expect(await reads.place(bot, 'ben', 'own')).toBeUndefined()
      expect((await reads.access(bot, 'ben', 'own'))?.conversation).toBeUndefined()
      expect(await reads.conversation(bot, 'own')).toBeUndefined()
      expect(await reads.conversationByKey(own.key)).toBeUndefined()
      expect(await reads.conversationLike(bot, ben, 'own')).toBeUndefined()
      const conversations = await reads.conversations(ben, { beyond: undefined, limit: 10 })
      expect(conversations.items.map(([{ id }]) => id)).toEqual(['home'])
      const participants = await reads.participants(home, { beyond: undefined, limit: 10 })
      expect(participants.items.map(([{ id }]) => id)).toEqual(['ben', 'cem'])
      expect((await reads.participants(own, { beyond: undefined, limit: 10 })).items).toEqual([])
      expect(await reads.participant(home, 'ann')).toBeUndefined()
      expect(
        (await reads.messages(home, { beyond: undefined, limit: 10 })).map(({ number }) => number),
      ).toEqual([first.number])
      expect(await reads.messages(own, { beyond: undefined, limit: 10 })).toEqual([])
      expect(await pageOf(place)).not.toContain('"ann ')
      expect(await pageOf(place)).toContain('"ben 0"')
      expect(await pageOf(ofAnn)).toBeUndefined()
      expect(await pageOf(inOwn)).toBeUndefined()
      expect(
        (await logOf(home)).filter(({ userKey }) => userKey === ann.key).map(({ kind }) => kind),
      ).toEqual(['participant_added'])
      expect(await logOf(own)).toEqual([])
      expect(await reads.entry(home.key, mine[0]?.number ?? 0)).toBeUndefined()
      expect(await reads.missedSince(home.key, first.number - 1, 100)).toEqual({
        count: 1,
        oldestAt: first.createdAt,
      })
      const filter: TurnFilter = { kinds: ['message_created'], after: 0, backlog: { upTo: 0, since: 0 } }
      const turns = await reads.unfinished(bot, filter, { after: 0, upTo: Number.MAX_SAFE_INTEGER })
      expect(turns).toEqual([{ conversationKey: home.key, sequence: first.sequence }])
      const after = { conversationKey: home.key, number: first.number }
      expect(await reads.nextTurn(bot, filter, after)).toBeUndefined()
      expect(await reads.nextTurn(bot, filter, { conversationKey: own.key, number: 0 })).toBeUndefined()
      expect(await reads.userSequence(ann.key)).toBeUndefined()
      expect(await reads.userLogAfter(ann.key, 0, 10)).toBeUndefined()
      expect((await userLogOf('ben')).filter((item) => /"ann |event_created| own /.test(item))).toEqual([])
      expect((await reads.missedByUser(ben.key, first.sequence - 1, 100)).count).toBe(1)
    })

    test('frees their id: a new user starts empty, and may join before the deleted one has left', async () => {
      const home = await converse('home', 'ben', 'ann')
      await sayMany('ann', 'home', messageCount)
      gate.holdDeletions()
      await deleteUser('ann')

      await join('ann')
      await storage.execute('addParticipant', { caller: as('ben'), conversationId: 'home', userId: 'ann' })
      const next = await storage.reads.user(bot, 'ann')
      const whileHeld = await storage.reads.messages(home, { beyond: undefined, limit: 10 })
      gate.releaseDeletions()
      await isDone()

      expect(whileHeld).toEqual([])
      const joining = (await logOf(home)).filter(({ kind }) => kind.startsWith('participant_'))
      expect(joining.map(({ kind }) => kind)).toEqual([
        'participant_added',
        'participant_removed',
        'participant_added',
      ])
      const participants = await storage.reads.participants(home, { beyond: undefined, limit: 10 })
      expect(participants.items.map(([{ key }]) => key)).toEqual([expect.any(Number), next?.key])
      expect(await say('ann', 'home', 'back')).toMatchObject({ userKey: next?.key })
    })

    test('frees the ids of their conversations, which emit their deletion before an id is reused', async () => {
      const own = await converse('own', 'ann', 'ben')
      gate.holdDeletions()
      await deleteUser('ann')
      const before = committed.length

      const next = await converse('own', 'ben')
      gate.releaseDeletions()
      await isDone()

      expect(next.key).not.toBe(own.key)
      expect(committed.slice(before, before + 2)).toMatchObject([
        { type: 'conversation_deleted', conversationKey: own.key, conversationId: 'own' },
        { type: 'appended', entry: { kind: 'conversation_created', conversationKey: next.key } },
      ])
      expect((await userLogOf('ben')).filter((item) => item.startsWith('departure'))).toHaveLength(1)
      expect(await storage.reads.conversationByKey(next.key)).toBeDefined()
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
      gate.holdDeletions()
      await deleteUser('ann')
      await storage.close()
      gate.releaseDeletions()
      await openIt()
      await isDone()

      const next = await say('ben', 'home', 'next')

      expect(next.number).toBeGreaterThan(newest.number)
      expect(next.sequence).toBeGreaterThan(newest.sequence)
      expect((await logOf(home)).some(({ kind }) => kind === 'event_created')).toBe(false)
    })
  })

  describe('a deleted conversation', () => {
    test('disappears for all users at once, and each participant sees one removal throughout all slices', async () => {
      const own = await converse('own', 'ann', 'ben', 'cem')
      await sayMany('ann', 'own', messageCount)
      const ben = await storage.reads.user(bot, 'ben')
      gate.holdDeletions()
      await deleteConversation('ann', 'own')

      const told: string[][] = []
      while (gate.hasPendingDeletions()) {
        told.push(await userLogOf('ben'))
        expect(await logOf(own)).toEqual([])
        expect(await storage.reads.messages(own, { beyond: undefined, limit: 10 })).toEqual([])
        expect(await storage.reads.conversationKeysOf(ben?.key ?? 0)).toEqual([])
        expect((await storage.reads.missedByUser(ben?.key ?? 0, 0, 100)).count).toBe(1)
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
      gate.holdDeletions()
      await deleteConversation('ann', 'own')

      const next = await converse('own', 'ben')
      const held = await logOf(next)
      gate.releaseDeletions()
      await isDone()

      expect(next.key).not.toBe(former.key)
      expect(kindsOf(held)).toEqual(new Set(['conversation_created']))
      expect(await logOf(next)).toEqual(held)
      expect(await storage.reads.place(bot, 'ann', 'own')).toBeUndefined()
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
    gate.holdDeletions()
    await deleteUser('ann')
    await gate.runSlice()
    const before = (await logOf(home)).filter(({ kind }) => kind === 'message_deleted').length
    await storage.kill()

    await openIt()
    const reopened = await logOf(home)
    gate.releaseDeletions()
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
    gate.holdDeletions()
    await deleteUser('ann')
    await gate.runSlice()

    await deleteUser('ben')
    await gate.runSlice()
    const held = await logOf(cems)
    gate.releaseDeletions()
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
    gate.holdDeletions()
    await deleteUser('ann')
    largest = 0

    gate.releaseDeletions()
    const { number } = await say('ben', 'home', 'meanwhile')
    await isDone()

    const deleted = (await logOf(home)).filter(({ kind }) => kind === 'message_deleted')
    expect(deleted).toHaveLength(3 * messageCount)
    expect(deleted.at(-1)?.number).toBeGreaterThan(number)
    expect(largest).toBeLessThanOrEqual(257)
  })
}
