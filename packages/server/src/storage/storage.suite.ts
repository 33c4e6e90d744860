import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Membership, TurnFilter } from '../domain/queries.ts'
import type { BotRecord, Change, ConversationRecord } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import type { Caller } from '../domain/transaction.ts'
import { messageId } from '../wire/ids.ts'
import { createCommitBarrier } from './commit-barrier.ts'
import type { OpenStorage } from './deletion.suite.ts'

let opened = 0

/** Tests the requirements of every storage. Run it for each, and `describeDeletions` for persistent ones. */
export function describeStorage(openStorage: OpenStorage): void {
  const open = () => openStorage({ commitBarrier: createCommitBarrier(), name: `storage-${++opened}` })
  let storage: Storage
  let bot: BotRecord
  let ann: Caller

  beforeEach(async () => {
    storage = await open()
    bot = await storage.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
    ann = { bot, userId: 'ann' }
    await storage.execute('createUser', { bot, id: 'ann', fields: { name: 'Ann' } })
  })
  afterEach(() => storage.close())

  const createConversation = (id = 'c'): Promise<ConversationRecord> =>
    storage.execute('createConversation', { caller: ann, id })
  const say = (text: string, conversationId = 'c') =>
    storage.execute('createMessage', {
      caller: ann,
      conversationId,
      payload: `"${text}"`,
      metadata: undefined,
    })
  const textsAfter = async (conversation: ConversationRecord, seq: number) =>
    (await storage.queries.entriesAfter(conversation.rowId, seq, 100)).map(({ payload }) => payload)

  test('INV-3: numbers and times rise by at least one in each conversation, even with concurrent writers', async () => {
    const conversation = await createConversation()

    const entries = await Promise.all(Array.from({ length: 50 }, (_, n) => say(String(n))))

    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => n + 2))
    const times = entries.map(({ createdAt }) => createdAt)
    for (const [index, time] of times.entries()) expect(time).toBeGreaterThan(times[index - 1] ?? 0)
    expect((await storage.queries.conversationByRowId(conversation.rowId))?.updatedAt).toBe(times.at(-1))
  })

  test('INV-1, INV-2: changes are published in order, before their commands resolve', async () => {
    await createConversation()
    const published: string[] = []
    storage.onCommit((changes: readonly Change[]) => {
      for (const change of changes) if (change.type === 'appended') published.push(change.entry.payload)
    })

    const resolved = await Promise.all(
      ['a', 'b', 'c'].map(async (text) => {
        await say(text)
        return published.includes(`"${text}"`)
      }),
    )

    expect(resolved).toEqual([true, true, true])
    expect(published).toEqual(['"a"', '"b"', '"c"'])
  })

  test('a page of messages is one snapshot: a removed participant with a cached membership reads nothing', async () => {
    await createConversation()
    await storage.execute('createUser', { bot, id: 'ben', fields: {} })
    await storage.execute('addParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
    await say('for ben')
    const benMembership = await storage.queries.membership(bot, 'ben', 'c')
    const annMembership = await storage.queries.membership(bot, 'ann', 'c')
    if (!benMembership || !annMembership) throw new Error('a membership is missing')
    const read = async (membership: Membership) => {
      const page = await storage.queries.messagePage(membership, { cursor: undefined, limit: 20 })
      return typeof page === 'object' ? new TextDecoder().decode(page) : page
    }
    const before = await read(benMembership)

    await storage.execute('removeParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
    await say('not for ben')
    // Enough reads to use the page reader thread.
    const after = await Promise.all(Array.from({ length: 20 }, () => read(benMembership)))
    const forAnn = await read(annMembership)
    await storage.execute('deleteConversation', { caller: ann, id: 'c' })
    const deleted = await read(annMembership)

    expect(before).toContain('"for ben"')
    expect(new Set(after)).toEqual(new Set([undefined]))
    expect(forAnn).toContain('"not for ben"')
    expect(deleted).toBeUndefined()
  })

  test('a rejected command writes nothing and does not affect others in its batch', async () => {
    await createConversation()

    const outcomes = await Promise.allSettled([
      say('one'),
      say('two', 'nowhere'),
      createConversation(),
      say('three'),
    ])

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    const conversation = await storage.queries.conversation(bot, 'c')
    expect(conversation && (await textsAfter(conversation, 1))).toEqual(['"one"', '"three"'])
  })

  test('a command that fails unexpectedly is rolled back alone', async () => {
    await createConversation()
    const broken = storage.execute('createMessage', {
      caller: ann,
      conversationId: 'c',
      // Not a string, so every storage fails to write it.
      payload: {} as string,
      metadata: undefined,
    })

    const outcomes = await Promise.allSettled([say('one'), broken, say('two')])

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const conversation = await storage.queries.conversation(bot, 'c')
    expect(conversation && (await textsAfter(conversation, 1))).toEqual(['"one"', '"two"'])
  })

  test('cached memberships are invalid after the commit that ends them', async () => {
    const conversation = await createConversation()
    const ben: Caller = { bot, userId: 'ben' }
    const sendAsBen = () =>
      storage.execute('createMessage', {
        caller: ben,
        conversationId: 'c',
        payload: '"ben"',
        metadata: undefined,
      })
    const addBen = async () => {
      await storage.execute('createUser', { bot, id: 'ben', fields: {} })
      await storage.execute('addParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
      await sendAsBen()
      return storage.queries.membership(bot, 'ben', 'c')
    }

    const first = await addBen()
    await storage.execute('removeParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
    await expect(sendAsBen()).rejects.toThrow('not a participant')
    expect(await storage.queries.membership(bot, 'ben', 'c')).toBeUndefined()

    await storage.execute('deleteUser', { caller: ben })
    const second = await addBen()
    await storage.execute('deleteUser', { caller: ben })
    await expect(sendAsBen()).rejects.toThrow('does not exist')
    expect(await storage.queries.membership(bot, 'ben', 'c')).toBeUndefined()

    await addBen()
    await storage.execute('deleteConversation', { caller: ann, id: 'c' })
    await expect(sendAsBen()).rejects.toThrow('not a participant')
    expect(await storage.queries.membership(bot, 'ben', 'c')).toBeUndefined()

    expect(first?.conversation).toEqual({ rowId: conversation.rowId, botRowId: bot.rowId, id: 'c' })
    expect(second?.user.rowId).not.toBe(first?.user.rowId)
  })

  test('only messages update a conversation, and its update time never decreases', async () => {
    const conversation = await createConversation()
    const updatedAt = async () => (await storage.queries.conversationByRowId(conversation.rowId))?.updatedAt
    const event = { caller: ann, conversationId: 'c', payload: '{}' }

    const message = await say('one')
    expect(await updatedAt()).toBe(message.createdAt)
    const { createdAt, seq } = await storage.execute('createEvent', event)
    expect(await updatedAt()).toBe(message.createdAt)
    expect(await storage.queries.conversationByRowId(conversation.rowId)).toMatchObject({
      lastSeq: seq,
      lastEntryAt: createdAt,
    })

    const last = await say('two')
    await storage.execute('deleteMessage', { caller: ann, id: messageId(last) })
    expect(await updatedAt()).toBe(last.createdAt)
    expect(await storage.queries.conversationByRowId(conversation.rowId)).toMatchObject({
      lastSeq: last.seq + 1,
    })
  })

  test('a log continues without gaps, even after a rollback', async () => {
    const conversation = await createConversation()
    await say('one')
    // Not a string, so every storage fails to write it.
    const broken = { caller: ann, conversationId: 'c', payload: {} as string, metadata: undefined }
    await Promise.allSettled([say('two'), storage.execute('createMessage', broken), say('three')])

    const next = await say('four')

    expect(next.seq).toBe(5)
    expect(await textsAfter(conversation, 1)).toEqual(['"one"', '"two"', '"three"', '"four"'])
  })

  test('bots are isolated from each other', async () => {
    await createConversation()
    const other = await storage.execute('registerBot', {
      webhookId: 'other',
      userId: 'bot_other',
      fieldsJson: '{}',
    })

    expect(await storage.queries.user(other, 'ann')).toBeUndefined()
    expect(await storage.queries.conversation(other, 'c')).toBeUndefined()
    await storage.execute('createUser', { bot: other, id: 'ann', fields: {} })
    expect(await storage.queries.access(other, 'ann', 'c')).toMatchObject({ isParticipant: false })
    expect((await storage.queries.access(other, 'ann', 'c'))?.conversation).toBeUndefined()
  })

  test('INV-6, INV-10: a deleted conversation leaves nothing, and a reused id gets a new row id', async () => {
    const previous = await createConversation()
    await say('old')

    await storage.execute('deleteConversation', { caller: ann, id: 'c' })
    const next = await createConversation()

    expect(next.rowId).not.toBe(previous.rowId)
    expect(await textsAfter(previous, 0)).toEqual([])
    expect(await storage.queries.conversationByRowId(previous.rowId)).toBeUndefined()
    expect(await textsAfter(next, 1)).toEqual([])
  })

  test('a bot finds its unfinished turns, and nothing else', async () => {
    const conversation = await createConversation()
    const first = await say('first')
    const second = await say('second')
    await storage.execute('appendByBot', {
      bot,
      conversation: { rowId: conversation.rowId },
      kind: 'message_created',
      payload: '"answer"',
      turn: first.seq,
    })

    await storage.execute('finishTurn', {
      bot,
      conversationRowId: conversation.rowId,
      seq: first.seq,
      watermark: first.sequence,
    })

    expect(await storage.queries.watermark(bot)).toBe(first.sequence)
    const { sequence, seq } = second
    const filter: TurnFilter = { kinds: ['message_created'], after: 0, backlog: { upTo: 0, since: 0 } }
    const conversationRowId = conversation.rowId
    const start = { conversationRowId, seq: 0 }
    expect(await storage.queries.pendingTurns(bot, filter, { after: 0, upTo: sequence + 100 })).toEqual([
      { conversationRowId, sequence },
    ])
    expect(await storage.queries.nextTurn(bot, filter, start)).toEqual({
      conversationRowId,
      sequence,
      seq,
      bytes: '"second"'.length,
    })
    expect(await storage.queries.nextTurn(bot, filter, { conversationRowId, seq })).toBeUndefined()
    expect(await storage.queries.nextTurn(bot, { ...filter, kinds: [] }, start)).toBeUndefined()
    expect(await storage.queries.nextTurn(bot, { ...filter, after: sequence }, start)).toBeUndefined()
    const tooOld = { upTo: sequence, since: second.createdAt + 1 }
    expect(await storage.queries.nextTurn(bot, { ...filter, backlog: tooOld }, start)).toBeUndefined()
    expect(await storage.queries.turnOutputs(conversationRowId, first.seq)).toEqual([second.seq + 1])
    expect(await storage.queries.turnOutputs(conversationRowId, second.seq)).toEqual([])
    expect(await storage.queries.lastTurnWithOutput(conversationRowId)).toBe(first.seq)
    expect(await storage.queries.lastTurnWithOutput(conversationRowId + 1)).toBe(0)
  })

  test('a bot that is registered again is the same one, even with another id or without its user', async () => {
    const register = (userId: string) =>
      storage.execute('registerBot', { webhookId: 'demo', userId, fieldsJson: '{}' })

    expect(await register('bot_other')).toEqual({ ...bot, userId: 'bot_other' })
    await storage.execute('deleteUser', { caller: { bot, userId: 'bot_other' } })
    expect(await register('bot_demo')).toEqual(bot)
  })

  test('a bot cannot take the id of a user', async () => {
    const taken = storage.execute('registerBot', { webhookId: 'demo', userId: 'ann', fieldsJson: '{}' })

    await expect(taken).rejects.toThrow('is taken by a user')
  })
}
