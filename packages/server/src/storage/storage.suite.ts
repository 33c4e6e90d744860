import { afterEach, beforeEach, expect, test } from 'vitest'
import { messageId } from '../domain/positions.ts'
import type { Membership, TurnFilter } from '../domain/queries.ts'
import type { BotRecord, ConversationRecord, Change } from '../domain/records.ts'
import type { Caller } from '../domain/transaction.ts'
import type { OpenStorage } from './deletion.suite.ts'
import { createCommitBarrier } from './sqlite/commit-barrier.ts'
import type { Storage } from './storage.ts'

let opened = 0

/** What every storage must do; run it once for each, and `describeDeletions` for each that keeps its data. */
export function describeStorage(openStorage: OpenStorage): void {
  const open = () => openStorage({ gate: createCommitBarrier(), name: `storage-${++opened}` })
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

  const converse = (id = 'c'): Promise<ConversationRecord> =>
    storage.execute('createConversation', { caller: ann, id })
  const say = (text: string, conversationId = 'c') =>
    storage.execute('createMessage', {
      caller: ann,
      conversationId,
      payload: `"${text}"`,
      metadata: undefined,
    })
  const textsAfter = async (conversation: ConversationRecord, number: number) =>
    (await storage.queries.entriesAfter(conversation.rowId, number, 100)).map(({ payload }) => payload)

  test('INV-3: numbers and times rise by at least one in each conversation, however many write at once', async () => {
    const conversation = await converse()

    const entries = await Promise.all(Array.from({ length: 50 }, (_, n) => say(String(n))))

    expect(entries.map(({ seq: number }) => number)).toEqual(Array.from({ length: 50 }, (_, n) => n + 2))
    const times = entries.map(({ createdAt }) => createdAt)
    for (const [index, time] of times.entries()) expect(time).toBeGreaterThan(times[index - 1] ?? 0)
    expect((await storage.queries.conversationByRowId(conversation.rowId))?.updatedAt).toBe(times.at(-1))
  })

  test('INV-1, INV-2: what was committed is told in its order, before the command that did it resolves', async () => {
    await converse()
    const told: string[] = []
    storage.onCommit((effects: readonly Change[]) => {
      for (const effect of effects) if (effect.type === 'appended') told.push(effect.entry.payload)
    })

    const resolved = await Promise.all(
      ['a', 'b', 'c'].map(async (text) => {
        await say(text)
        return told.includes(`"${text}"`)
      }),
    )

    expect(resolved).toEqual([true, true, true])
    expect(told).toEqual(['"a"', '"b"', '"c"'])
  })

  test('a page of messages is of one moment: whoever takes no part any more reads nothing, however they found it', async () => {
    await converse()
    await storage.execute('createUser', { bot, id: 'ben', fields: {} })
    await storage.execute('addParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
    await say('for ben')
    const ofBen = await storage.queries.membership(bot, 'ben', 'c')
    const ofAnn = await storage.queries.membership(bot, 'ann', 'c')
    if (!ofBen || !ofAnn) throw new Error('somebody takes no part')
    const read = async (place: Membership) => {
      const page = await storage.queries.messagePage(place, { cursor: undefined, limit: 20 })
      return typeof page === 'object' ? new TextDecoder().decode(page) : page
    }
    const before = await read(ofBen)

    await storage.execute('removeParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
    await say('not for ben')
    // More than are answered one by one.
    const after = await Promise.all(Array.from({ length: 20 }, () => read(ofBen)))
    const forAnn = await read(ofAnn)
    await storage.execute('deleteConversation', { caller: ann, id: 'c' })
    const deleted = await read(ofAnn)

    expect(before).toContain('"for ben"')
    expect(new Set(after)).toEqual(new Set([undefined]))
    expect(forAnn).toContain('"not for ben"')
    expect(deleted).toBeUndefined()
  })

  test('a refused command writes nothing and leaves those beside it alone', async () => {
    await converse()

    const outcomes = await Promise.allSettled([say('one'), say('two', 'nowhere'), converse(), say('three')])

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    const conversation = await storage.queries.conversation(bot, 'c')
    expect(conversation && (await textsAfter(conversation, 1))).toEqual(['"one"', '"three"'])
  })

  test('a command that fails in an unforeseen way is undone alone', async () => {
    await converse()
    const broken = storage.execute('createMessage', {
      caller: ann,
      conversationId: 'c',
      // No storage takes this for text.
      payload: {} as string,
      metadata: undefined,
    })

    const outcomes = await Promise.allSettled([say('one'), broken, say('two')])

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const conversation = await storage.queries.conversation(bot, 'c')
    expect(conversation && (await textsAfter(conversation, 1))).toEqual(['"one"', '"two"'])
  })

  test('what is remembered of who takes part ends with the commit that ends it', async () => {
    const conversation = await converse()
    const ben: Caller = { bot, userId: 'ben' }
    const benSays = () =>
      storage.execute('createMessage', {
        caller: ben,
        conversationId: 'c',
        payload: '"ben"',
        metadata: undefined,
      })
    const benJoins = async () => {
      await storage.execute('createUser', { bot, id: 'ben', fields: {} })
      await storage.execute('addParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
      await benSays()
      return storage.queries.membership(bot, 'ben', 'c')
    }

    const first = await benJoins()
    await storage.execute('removeParticipant', { caller: ann, conversationId: 'c', userId: 'ben' })
    await expect(benSays()).rejects.toThrow('takes no part')
    expect(await storage.queries.membership(bot, 'ben', 'c')).toBeUndefined()

    await storage.execute('deleteUser', { caller: ben })
    const second = await benJoins()
    await storage.execute('deleteUser', { caller: ben })
    await expect(benSays()).rejects.toThrow('does not exist')
    expect(await storage.queries.membership(bot, 'ben', 'c')).toBeUndefined()

    await benJoins()
    await storage.execute('deleteConversation', { caller: ann, id: 'c' })
    await expect(benSays()).rejects.toThrow('takes no part')
    expect(await storage.queries.membership(bot, 'ben', 'c')).toBeUndefined()

    expect(first?.conversation).toEqual({ rowId: conversation.rowId, botRowId: bot.rowId, id: 'c' })
    expect(second?.user.rowId).not.toBe(first?.user.rowId)
  })

  test('a conversation is updated by its messages alone, and never goes back', async () => {
    const made = await converse()
    const updatedAt = async () => (await storage.queries.conversationByRowId(made.rowId))?.updatedAt
    const event = { caller: ann, conversationId: 'c', payload: '{}' }

    const message = await say('one')
    expect(await updatedAt()).toBe(message.createdAt)
    const { createdAt, seq } = await storage.execute('createEvent', event)
    expect(await updatedAt()).toBe(message.createdAt)
    expect(await storage.queries.conversationByRowId(made.rowId)).toMatchObject({
      lastSeq: seq,
      lastEntryAt: createdAt,
    })

    const last = await say('two')
    await storage.execute('deleteMessage', { caller: ann, id: messageId(last) })
    expect(await updatedAt()).toBe(last.createdAt)
    expect(await storage.queries.conversationByRowId(made.rowId)).toMatchObject({ lastSeq: last.seq + 1 })
  })

  test('a log goes on where it stood, also after a transaction that was undone', async () => {
    const conversation = await converse()
    await say('one')
    // No storage takes this for text.
    const broken = { caller: ann, conversationId: 'c', payload: {} as string, metadata: undefined }
    await Promise.allSettled([say('two'), storage.execute('createMessage', broken), say('three')])

    const four = await say('four')

    expect(four.seq).toBe(5)
    expect(await textsAfter(conversation, 1)).toEqual(['"one"', '"two"', '"three"', '"four"'])
  })

  test('every bot is an island', async () => {
    await converse()
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

  test('INV-6, INV-10: a deleted conversation leaves nothing, and its id starts anew with another key', async () => {
    const former = await converse()
    await say('old')

    await storage.execute('deleteConversation', { caller: ann, id: 'c' })
    const next = await converse()

    expect(next.rowId).not.toBe(former.rowId)
    expect(await textsAfter(former, 0)).toEqual([])
    expect(await storage.queries.conversationByRowId(former.rowId)).toBeUndefined()
    expect(await textsAfter(next, 1)).toEqual([])
  })

  test('the bot finds what it has not finished, and nothing else', async () => {
    const conversation = await converse()
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

  test('a bot cannot take the id of a user', async () => {
    const taken = storage.execute('registerBot', { webhookId: 'demo', userId: 'ann', fieldsJson: '{}' })

    await expect(taken).rejects.toThrow('is taken by a user')
  })
}
