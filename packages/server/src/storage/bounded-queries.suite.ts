import { afterEach, beforeEach, expect, test } from 'vitest'
import { itemSequence } from '../domain/queries.ts'
import type { BotRecord, ConversationRecord, UserRecord } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import type { Caller } from '../domain/transaction.ts'

/** Tests that each query returns at most its byte limit, or a single larger item. Run it for each storage. */
export function describeBoundedQueries(open: () => Promise<Storage>): void {
  const large = 'x'.repeat(400_000)
  const count = 6
  let storage: Storage
  let bot: BotRecord
  let ann: UserRecord
  let caller: Caller
  let conversation: ConversationRecord

  beforeEach(async () => {
    storage = await open()
    bot = await storage.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
    caller = { bot, userId: 'ann' }
    ann = await storage.execute('createUser', { bot, id: 'ann', fields: {} })
    conversation = await storage.execute('createConversation', { caller, id: 'c' })
  })
  afterEach(() => storage.close())

  const sendLargeMessages = async () => {
    for (let sent = 0; sent < count; sent++) {
      const metadata = sent % 2 === 0 ? undefined : `"${large}"`
      const payload = sent % 2 === 0 ? `"${large}"` : '"small"'
      await storage.execute('createMessage', { caller, conversationId: 'c', payload, metadata })
    }
  }

  test.each([
    [undefined, 2],
    [10, 1],
    [2_500_000, 6],
  ])('messages are bounded by bytes: at most %s', async (maxBytes, expected) => {
    await sendLargeMessages()
    const query = { cursor: undefined, limit: 100, ...(maxBytes === undefined ? {} : { maxBytes }) }

    expect(await storage.queries.messages(conversation, query)).toHaveLength(expected)
  })

  test('pages of participants with large fields are bounded by bytes and skip none', async () => {
    for (let joined = 0; joined < count; joined++) {
      const id = `user-${joined}`
      await storage.execute('createUser', { bot, id, fields: { name: large } })
      await storage.execute('addParticipant', { caller, conversationId: 'c', userId: id })
    }

    const ids: string[][] = []
    let cursor: number | undefined
    for (;;) {
      const page = await storage.queries.participants(conversation, { cursor, limit: 100 })
      ids.push(page.items.map(([{ id }]) => id))
      if (!page.hasMore) break
      cursor = page.items.at(-1)?.[1]
    }

    expect(ids.flat()).toEqual(['ann', ...Array.from({ length: count }, (_, index) => `user-${index}`)])
    expect(ids.map(({ length }) => length)).toEqual([3, 2, 2])
  })

  test('a log is read in parts; only the part after the end is empty', async () => {
    await sendLargeMessages()

    const seqList: number[] = []
    // The first entry is the creation of the conversation.
    for (let after = 1; ; after = seqList.at(-1) ?? 0) {
      const part = await storage.queries.entriesAfter(conversation.rowId, after, 100)
      if (part.length === 0) break
      expect(part).toHaveLength(1)
      seqList.push(...part.map(({ seq }) => seq))
    }

    expect(seqList).toEqual([2, 3, 4, 5, 6, 7])
  })

  test("the end of a membership keeps its position among the large entries of a user's log", async () => {
    const start = (await storage.queries.latestUserSequence(ann.rowId)) ?? 0
    await storage.execute('createConversation', { caller, id: 'other' })
    await sendLargeMessages()
    await storage.execute('deleteConversation', { caller, id: 'other' })
    await sendLargeMessages()

    const types: string[] = []
    let largest = 0
    for (let after = start; ;) {
      const part = await storage.queries.readUserLog(ann.rowId, after, 100)
      if (!part || part.items.length === 0) break
      for (const item of part.items) {
        expect(itemSequence(item)).toBeGreaterThan(after)
        after = itemSequence(item)
        types.push(item.type)
      }
      largest = Math.max(largest, part.items.length)
    }

    expect(types).toEqual([
      ...Array<string>(count).fill('entry'),
      'membership_ended',
      ...Array<string>(count).fill('entry'),
    ])
    expect(largest).toBeLessThan(4)
  })
}
