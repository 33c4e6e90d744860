import { randomBytes } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { LRUCache } from 'lru-cache'
import type { CacheableAccess } from '../../domain/queries.ts'
import type { Change, ConversationRecord, UserRecord } from '../../domain/records.ts'
import type { Transaction } from '../../domain/transaction.ts'
import { ownerExists } from './deletion-conditions.ts'
import { createDeletionRows, createMembershipTombstones } from './deletion-rows.ts'
import { createIdempotencyRecords } from './idempotency-records.ts'
import {
  toCacheableAccess,
  cacheableAccessQuery,
  type CacheableAccessRow,
  createBotIds,
  conversationColumns,
  conversationTables,
  entryColumns,
  toEntry,
  entryTables,
  type EntryRow,
  toConversation,
  requireRow,
  toUser,
  toBot,
  prepareArrays,
} from './rows.ts'
import { kindCode } from './schema.ts'

export interface SqliteTransaction extends Transaction {
  now: number
  /** The changes so far, to publish after the commit. */
  changes: Change[]
  /** Whether the transaction deletes text, which remains in the write-ahead log until the next checkpoint. */
  hasDeleted: boolean
  /** Call it before the first request of each transaction. */
  begin(now: number): void
  /** Call it after a rollback. */
  afterRollback(): void
}

/** The end of a conversation's log. */
type LogTail = Pick<ConversationRecord, 'lastSeq' | 'lastEntryAt' | 'updatedAt'>

/** An access takes up to 600 bytes (ids have at most 70 characters), and a tail 100: 14 MB in total. */
const maxCached = 20_000
/** New conversations per millisecond that are ordered by creation. */
const maxCreationsPerMs = 1024

/** Implements `Transaction` on a database. The caller begins and commits the SQL transaction. */
export function createSqliteTransaction(
  database: DatabaseSync,
  randomRowId: () => number,
): SqliteTransaction {
  const sql = prepareStatements(database)
  const idempotencyRecords = createIdempotencyRecords(database)
  let lastCreationOrder = Number(sql.lastCreationOrder.get()?.['creation_order'] ?? 0)
  const membershipTombstones = createMembershipTombstones(database)
  // INV-12: never reused, even if the newest entries were deleted, as bots store their progress in it.
  let sequence = Math.max(
    Number(sql.latestSequence.get()?.['sequence'] ?? 0),
    membershipTombstones.latestDeletion(),
  )
  // This thread alone changes the database, so it may cache what it reads. Caches positive results only, so creating a
  // record never makes a cache stale.
  const accesses = new LRUCache<string, CacheableAccess>({ max: maxCached })
  const tails = new LRUCache<number, LogTail>({ max: maxCached })
  const botIds = createBotIds(database)
  /**
   * The current end of a log. The record that a command holds may be older: it may come from the cache. But it counts
   * if the transaction has since deleted the newest entry, as numbers are never reused (INV-3).
   */
  const currentTail = (conversation: ConversationRecord): LogTail => {
    const cached = tails.get(conversation.rowId)
    if (cached) return cached
    const stored = toConversation(sql.conversationByRowId.get(conversation.rowId))
    return stored && stored.lastSeq > conversation.lastSeq ? stored : conversation
  }
  const deletions = createDeletionRows(database, membershipTombstones)
  const botUserRowIds = new Map<number, number>()
  const botUserRowId = (botRowId: number): number => {
    const rowId = botUserRowIds.get(botRowId) ?? Number(requireRow(sql.botUser.get(botRowId))['user_row_id'])
    botUserRowIds.set(botRowId, rowId)
    return rowId
  }

  const tx: SqliteTransaction = {
    now: 0,
    changes: [],
    hasDeleted: false,
    begin: (now) => {
      tx.now = now
      tx.changes = []
      tx.hasDeleted = false
    },
    afterRollback: () => {
      accesses.clear()
      tails.clear()
    },

    findUser: (bot, id) => toUser(sql.userById.get(bot.rowId, id)),
    findUserByRowId: (rowId) => toUser(sql.userByRowId.get(rowId)),
    insertUser: (bot, { id, fieldsJson, keyNonce = randomNonce() }) => {
      const [rowId, at] = [randomRowId(), tx.now]
      const user: UserRecord = { rowId, id, fieldsJson, createdAt: at, updatedAt: at, keyNonce }
      sql.insertUser.run(rowId, bot.rowId, id, fieldsJson, at, at, keyNonce)
      return user
    },
    updateUser: (user, fieldsJson) => {
      const updatedAt = Math.max(tx.now, user.updatedAt)
      tx.hasDeleted = true
      sql.updateUser.run(fieldsJson, updatedAt, user.rowId)
      return { ...user, fieldsJson, updatedAt }
    },
    deleteUser: (bot, { rowId, id }) => {
      sequence++
      accesses.clear()
      tx.hasDeleted = true
      sql.deleteUser.run(rowId)
      deletions.add({ kind: 'user', rowId, botRowId: bot.rowId, id, sequence, at: tx.now })
      tx.changes.push({ type: 'user_deleted', userRowId: rowId })
    },

    findConversation: (bot, id) => toConversation(sql.conversationById.get(bot.rowId, id)),
    findConversationByRowId: (rowId) => toConversation(sql.conversationByRowId.get(rowId)),
    insertConversation: (bot, { id, owner }) => {
      // The id of a conversation of a deleted user is free, but its row may still exist.
      const previous = toConversation(sql.anyConversationById.get(bot.rowId, id))
      if (previous) tx.deleteConversation(previous)
      lastCreationOrder = Math.max(tx.now * maxCreationsPerMs, lastCreationOrder + 1)
      const [order, at] = [lastCreationOrder, tx.now]
      const conversation: ConversationRecord = {
        rowId: randomRowId(),
        botRowId: bot.rowId,
        id,
        ownerRowId: owner.rowId,
        createdAt: at,
        updatedAt: at,
        lastSeq: 0,
        lastEntryAt: at,
        creationOrder: order,
      }
      sql.insertConversation.run(conversation.rowId, bot.rowId, id, owner.rowId, order, at, at, at)
      sql.insertParticipant.run(conversation.rowId, owner.rowId, order, 0)
      return conversation
    },
    deleteConversation: ({ rowId, botRowId, id }) => {
      tx.hasDeleted = true
      sequence++
      accesses.clear()
      sql.deleteConversation.run(rowId)
      deletions.add({ kind: 'conversation', rowId, botRowId, id, sequence, at: tx.now })
      tx.changes.push({
        type: 'conversation_deleted',
        conversationRowId: rowId,
        conversationId: id,
        sequence,
      })
    },
    deletions,

    access: (bot, userId, conversationId) => {
      // Ids contain no spaces, so keys are unique.
      const key = `${bot.rowId} ${userId} ${conversationId}`
      const cached = accesses.get(key)
      if (cached) return cached
      const row = sql.access.get(conversationId, bot.rowId, userId) as CacheableAccessRow | undefined
      const access = toCacheableAccess(row)
      if (!access?.conversation || !access.isParticipant) return access
      accesses.set(key, access)
      tails.set(access.conversation.rowId, access.conversation)
      return access
    },
    isParticipant: (conversation, userRowId) =>
      sql.participation.get(conversation.rowId, userRowId) !== undefined,
    insertParticipant: (conversation, user) => {
      const joinedSeq = currentTail(conversation).lastSeq + 1
      sql.insertParticipant.run(conversation.rowId, user.rowId, conversation.creationOrder, joinedSeq)
    },
    deleteParticipant: (conversation, user) => {
      accesses.clear()
      sql.leave.run(conversation.rowId, user.rowId)
    },

    append: (conversation, { kind, user, payload, metadata, streamId, turn }) => {
      const tail = currentTail(conversation)
      // INV-3: numbers and times rise strictly.
      const seq = tail.lastSeq + 1
      const createdAt = Math.max(tx.now, tail.lastEntryAt + 1)
      const isMessage = kind === 'message_created'
      const updatedAt = isMessage ? createdAt : tail.updatedAt
      tails.set(conversation.rowId, { lastSeq: seq, lastEntryAt: createdAt, updatedAt })
      sequence++
      sql.insertEntry.run(
        sequence,
        conversation.rowId,
        seq,
        kindCode(kind),
        user.rowId,
        createdAt,
        payload,
        metadata ?? null,
        streamId ?? null,
        turn ?? null,
      )
      if (kind === 'participant_removed')
        membershipTombstones.add(user.rowId, conversation, { sequence, at: createdAt })
      if (!isMessage) sql.setTail.run(seq, createdAt, updatedAt, conversation.rowId)
      const { epoch, idTag } = botIds(conversation.botRowId)
      const entry = {
        kind,
        botRowId: conversation.botRowId,
        conversationRowId: conversation.rowId,
        conversationId: conversation.id,
        seq,
        sequence,
        createdAt,
        userRowId: user.rowId,
        userId: user.id,
        isBot: botUserRowId(conversation.botRowId) === user.rowId,
        payload,
        metadata,
        streamId,
        tag: idTag({ conversationRowId: conversation.rowId, seq }),
        epoch,
      }
      tx.changes.push({ type: 'appended', entry })
      return entry
    },
    idTag: ({ rowId }, position) => botIds(rowId).idTag(position),
    findEntry: (conversationRowId, seq) => {
      const row = sql.entry.get(conversationRowId, seq) as EntryRow | undefined
      return row && toEntry(row, botIds)
    },
    deleteEntry: (conversationRowId, seq) => {
      tx.hasDeleted = true
      sql.deleteEntry.run(conversationRowId, seq)
    },

    findIdempotencyRecord: (user, key) => idempotencyRecords.find(user.rowId, key, tx.now),
    saveIdempotencyRecord: (user, { key, fingerprint, resourceRef }) => {
      idempotencyRecords.save([user.rowId, key, fingerprint, resourceRef], tx.now)
    },

    finishTurn: (bot, { conversationRowId, seq, watermark }) => {
      sql.setFinished.run(seq, conversationRowId, seq)
      sql.setWatermark.run(watermark, bot.rowId, watermark)
    },
    findBot: (webhookId) => toBot(sql.bot.get(webhookId)),
    insertBot: ({ webhookId, userId, fieldsJson }) => {
      const [rowId, userRowId] = [randomRowId(), randomRowId()]
      sql.insertBot.run(rowId, webhookId, userRowId)
      sql.insertUser.run(userRowId, rowId, userId, fieldsJson, tx.now, tx.now, randomNonce())
      return { rowId, userRowId, userId, epoch: botIds(rowId).epoch }
    },
    updateBot: (bot, { userId, fieldsJson }) => {
      accesses.clear()
      sql.renameUser.run(userId, fieldsJson, bot.userRowId)
      return { ...bot, userId }
    },
  }
  return tx
}

/** 128 random bits. */
function randomNonce(): string {
  return randomBytes(16).toString('base64url')
}

const userColumns = 'row_id, id, fields, created_at, updated_at, key_nonce'

function prepareStatements(database: DatabaseSync) {
  const prepare = (text: string): StatementSync => database.prepare(text)
  const arrays = (text: string): StatementSync => prepareArrays(database, text)
  return {
    latestSequence: prepare(
      `SELECT max(coalesce((SELECT max(sequence) FROM entries), 0), coalesce((SELECT max(watermark) FROM bots), 0))
        AS sequence`,
    ),
    lastCreationOrder: prepare('SELECT max(creation_order) AS creation_order FROM conversations'),

    userById: prepare(`SELECT ${userColumns} FROM users WHERE bot_row_id = ? AND id = ?`),
    userByRowId: prepare(`SELECT ${userColumns} FROM users WHERE row_id = ?`),
    insertUser: prepare(
      `INSERT INTO users (row_id, bot_row_id, id, fields, created_at, updated_at, key_nonce)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    updateUser: prepare('UPDATE users SET fields = ?, updated_at = ? WHERE row_id = ?'),
    renameUser: prepare('UPDATE users SET id = ?, fields = ? WHERE row_id = ?'),
    deleteUser: prepare('DELETE FROM users WHERE row_id = ?'),

    conversationById: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables}
        WHERE c.bot_row_id = ? AND c.id = ? AND ${ownerExists('c')}`,
    ),
    anyConversationById: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.bot_row_id = ? AND c.id = ?`,
    ),
    conversationByRowId: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.row_id = ? AND ${ownerExists('c')}`,
    ),
    insertConversation: prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0)'),
    deleteConversation: prepare('DELETE FROM conversations WHERE row_id = ?'),

    access: arrays(cacheableAccessQuery('id')),
    participation: prepare(
      'SELECT 1 FROM participants WHERE conversation_row_id = ? AND user_row_id = ? AND has_left = 0',
    ),
    insertParticipant: prepare(
      `INSERT INTO participants VALUES (?, ?, ?, ?, 0)
        ON CONFLICT DO UPDATE SET joined_seq = excluded.joined_seq, has_left = 0`,
    ),
    leave: prepare('UPDATE participants SET has_left = 1 WHERE conversation_row_id = ? AND user_row_id = ?'),

    botUser: prepare('SELECT user_row_id FROM bots WHERE row_id = ?'),
    setTail: prepare(
      'UPDATE conversations SET last_seq = ?, last_entry_at = ?, updated_at = ? WHERE row_id = ?',
    ),
    insertEntry: prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    entry: arrays(`SELECT ${entryColumns} FROM ${entryTables} WHERE e.conversation_row_id = ? AND e.seq = ?`),
    deleteEntry: prepare('DELETE FROM entries WHERE conversation_row_id = ? AND seq = ?'),

    bot: prepare(
      `SELECT b.row_id, b.user_row_id, b.epoch, coalesce(u.id, '') AS user_id
        FROM bots b LEFT JOIN users u ON u.row_id = b.user_row_id WHERE b.webhook_id = ?`,
    ),
    insertBot: prepare(
      `INSERT INTO bots (row_id, webhook_id, user_row_id, id_secret, epoch)
        VALUES (?, ?, ?, randomblob(16), lower(hex(randomblob(4))))`,
    ),
    setFinished: prepare('UPDATE conversations SET finished_seq = ? WHERE row_id = ? AND finished_seq < ?'),
    setWatermark: prepare(
      'UPDATE bots SET watermark = ? WHERE row_id = ? AND (watermark IS NULL OR watermark < ?)',
    ),
  }
}
