import { randomBytes } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ConversationRecord, Change, EntryHeader, UserRecord } from '../../domain/records.ts'
import type { Transaction } from '../../domain/transaction.ts'
import { toCacheableAccess, cacheableAccessQuery, type CacheableAccessRow } from './access-rows.ts'
import { createBotIds } from './bot-ids.ts'
import { conversationColumns, conversationTables } from './conversation-rows.ts'
import { createCreationOrder } from './creation-order.ts'
import { entryIsVisible, ownerExists } from './deletion-conditions.ts'
import { createDeletionRows } from './deletion-rows.ts'
import { entryKinds, kindCode } from './entry-kinds.ts'
import { entryColumns, toEntry, entryTables, type EntryRow } from './entry-rows.ts'
import { createIdempotencyRecords } from './idempotency-records.ts'
import { createMembershipTombstones } from './membership-tombstones.ts'
import { toConversation, requireRow, toUser, type Row } from './record-rows.ts'
import { createWriterCache, type LogTail } from './writer-cache.ts'

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

/** Implements `Transaction` on a database. The caller begins and commits the SQL transaction. */
export function createSqliteTransaction(
  database: DatabaseSync,
  randomRowId: () => number,
): SqliteTransaction {
  const sql = prepareStatements(database)
  const idempotencyRecords = createIdempotencyRecords(database)
  const creationOrder = createCreationOrder(Number(sql.lastCreationOrder.get()?.['creation_order'] ?? 0))
  const membershipTombstones = createMembershipTombstones(database)
  // INV-12: never reused, even if the newest entries were deleted, as bots store their progress in it.
  let sequence = Math.max(
    Number(sql.latestSequence.get()?.['sequence'] ?? 0),
    membershipTombstones.latestDeletion(),
  )
  const cache = createWriterCache()
  const botIds = createBotIds(database)
  /** The current end of a log. The record that a command holds may be older. */
  const currentTail = ({ rowId, lastSeq, lastEntryAt, updatedAt }: ConversationRecord): LogTail =>
    cache.tail(rowId) ?? { seq: lastSeq, at: lastEntryAt, updatedAt }
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
      cache.trim()
    },
    afterRollback: () => {
      cache.invalidateAll()
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
      cache.invalidateAccesses()
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
      const order = creationOrder.next(tx.now)
      const at = tx.now
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
      cache.invalidateAccesses()
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
      const cached = cache.access(bot.rowId, userId, conversationId)
      if (cached) return cached
      const access = toCacheableAccess(
        sql.access.get(conversationId, bot.rowId, userId) as CacheableAccessRow | undefined,
      )
      if (access) cache.setAccess(bot.rowId, access)
      return access
    },
    isParticipant: (conversation, userRowId) =>
      sql.participation.get(conversation.rowId, userRowId) !== undefined,
    insertParticipant: (conversation, user) => {
      const joinedSeq = currentTail(conversation).seq + 1
      sql.insertParticipant.run(conversation.rowId, user.rowId, conversation.creationOrder, joinedSeq)
    },
    deleteParticipant: (conversation, user) => {
      cache.invalidateAccesses()
      sql.leave.run(conversation.rowId, user.rowId)
    },

    append: (conversation, { kind, user, payload, metadata, streamId, turn }) => {
      const tail = currentTail(conversation)
      // INV-3: numbers and times rise strictly.
      const seq = tail.seq + 1
      const createdAt = Math.max(tx.now, tail.at + 1)
      const isMessage = kind === 'message_created'
      const updatedAt = isMessage ? createdAt : tail.updatedAt
      cache.setTail(conversation.rowId, { seq, at: createdAt, updatedAt })
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
    findEntryHeader: (conversationRowId, seq) => toEntryHeader(sql.entryHeader.get(conversationRowId, seq)),
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
    registerBot: ({ webhookId, userId, fieldsJson }) => {
      cache.invalidateAccesses()
      const row = sql.bot.get(webhookId)
      const rowId = row ? Number(row['row_id']) : randomRowId()
      const userRowId = row ? Number(row['user_row_id']) : randomRowId()
      const existing = toUser(sql.userById.get(rowId, userId))
      if (existing && existing.rowId !== userRowId) {
        throw new Error(
          `the id ${JSON.stringify(userId)} of the bot is taken by a user; choose another id for the bot`,
        )
      }
      if (row) sql.renameUser.run(userId, fieldsJson, userRowId)
      else {
        sql.insertBot.run(rowId, webhookId, userRowId)
        sql.insertUser.run(userRowId, rowId, userId, fieldsJson, tx.now, tx.now, randomNonce())
      }
      return { rowId, userRowId, userId, epoch: botIds(rowId).epoch }
    },
  }
  return tx
}

/** 128 random bits. */
function randomNonce(): string {
  return randomBytes(16).toString('base64url')
}

const userColumns = 'row_id, id, fields, created_at, updated_at, key_nonce'

function toEntryHeader(row: Row | undefined): EntryHeader | undefined {
  return (
    row && {
      kind: requireRow(entryKinds[Number(row['kind'])]),
      seq: Number(row['seq']),
      userRowId: Number(row['user_row_id']),
    }
  )
}

function prepareStatements(database: DatabaseSync) {
  const prepare = (text: string): StatementSync => database.prepare(text)
  const prepareArrays = (text: string): StatementSync => {
    const statement = prepare(text)
    statement.setReturnArrays(true)
    return statement
  }
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

    access: prepareArrays(cacheableAccessQuery('id')),
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
    entryHeader: prepare(
      `SELECT kind, seq, user_row_id FROM entries
        WHERE conversation_row_id = ? AND seq = ? AND ${entryIsVisible('entries')}`,
    ),
    entry: prepareArrays(
      `SELECT ${entryColumns} FROM ${entryTables} WHERE e.conversation_row_id = ? AND e.seq = ?`,
    ),
    deleteEntry: prepare('DELETE FROM entries WHERE conversation_row_id = ? AND seq = ?'),

    bot: prepare('SELECT row_id, user_row_id FROM bots WHERE webhook_id = ?'),
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
