import { randomBytes } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ConversationRecord, Change, EntryHeader, UserRecord } from '../../domain/records.ts'
import type { Transaction } from '../../domain/transaction.ts'
import { toCacheableAccess, cacheableAccessQuery, type CacheableAccessRow } from './access-rows.ts'
import { createBotIds } from './bot-ids.ts'
import { conversationColumns, conversationTables } from './conversation-rows.ts'
import { createCreationOrder } from './creation-order.ts'
import { createDeletionRows } from './deletion-rows.ts'
import { entryIsVisible, ownerExists } from './deletions-table.ts'
import { entryKinds, kindCode } from './entry-kinds.ts'
import { entryColumns, toEntry, entryTables, type EntryRow } from './entry-rows.ts'
import { createIdempotencyRecords } from './idempotency-records.ts'
import { createMembershipTombstones } from './membership-tombstones.ts'
import { toConversation, requireRow, toUser, type Row } from './record-rows.ts'
import { createWriterCache, type LogTail } from './writer-cache.ts'

export interface SqliteTransaction extends Transaction {
  now: number
  /** What the transaction did so far, for those who listen. */
  changes: Change[]
  /** Whether the transaction deletes text, which the write-ahead log still contains. */
  hasDeleted: boolean
  /** To be called before the first request of each transaction. */
  begin(now: number): void
  /** To be called when what the transaction did was undone. */
  afterRollback(): void
}

/** The rules' view of the database; who calls it opens and commits the transaction around it. */
export function createSqliteTransaction(
  database: DatabaseSync,
  randomRowId: () => number,
): SqliteTransaction {
  const sql = prepareStatements(database)
  const idempotencyRecords = createIdempotencyRecords(database)
  const creationOrder = createCreationOrder(Number(sql.newestMade.get()?.['made'] ?? 0))
  /** Rises for ever: bots remember how far they came by it, also when what stood last has been deleted. */
  const membershipTombstones = createMembershipTombstones(database)
  let sequence = Math.max(
    Number(sql.newestSequence.get()?.['sequence'] ?? 0),
    membershipTombstones.latestDeletion(),
  )
  const cache = createWriterCache()
  const botIds = createBotIds(database)
  /** Where a log stands now: the record that a command holds may be older. */
  const currentTail = ({
    rowId: key,
    lastSeq: head,
    lastEntryAt: headAt,
    updatedAt,
  }: ConversationRecord): LogTail => cache.tail(key) ?? { seq: head, at: headAt, updatedAt }
  const deletions = createDeletionRows(database, membershipTombstones)
  const botUserRowIds = new Map<number, number>()
  const botUserRowId = (botRowId: number): number => {
    const key = botUserRowIds.get(botRowId) ?? Number(requireRow(sql.botUserKey.get(botRowId))['user_key'])
    botUserRowIds.set(botRowId, key)
    return key
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
    findUserByRowId: (key) => toUser(sql.userByKey.get(key)),
    insertUser: (bot, { id, fieldsJson: fields, keyNonce = randomNonce() }) => {
      const [key, at] = [randomRowId(), tx.now]
      const user: UserRecord = { rowId: key, id, fieldsJson: fields, createdAt: at, updatedAt: at, keyNonce }
      sql.insertUser.run(key, bot.rowId, id, fields, at, at, keyNonce)
      return user
    },
    updateUser: (user, fields) => {
      const updatedAt = Math.max(tx.now, user.updatedAt)
      tx.hasDeleted = true
      sql.updateUser.run(fields, updatedAt, user.rowId)
      return { ...user, fieldsJson: fields, updatedAt }
    },
    deleteUser: (bot, { rowId: key, id }) => {
      sequence++
      cache.invalidateAccesses()
      tx.hasDeleted = true
      sql.deleteUser.run(key)
      deletions.add({ kind: 'user', rowId: key, botRowId: bot.rowId, id, sequence, at: tx.now })
      tx.changes.push({ type: 'user_deleted', userRowId: key })
    },

    findConversation: (bot, id) => toConversation(sql.conversationById.get(bot.rowId, id)),
    findConversationByRowId: (key) => toConversation(sql.conversationByKey.get(key)),
    insertConversation: (bot, { id, owner }) => {
      // The id of a conversation of a deleted user is free, but its row may still exist.
      const former = toConversation(sql.anyConversationById.get(bot.rowId, id))
      if (former) tx.deleteConversation(former)
      const made = creationOrder.next(tx.now)
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
        creationOrder: made,
      }
      sql.insertConversation.run(conversation.rowId, bot.rowId, id, owner.rowId, made, at, at, at)
      sql.insertParticipant.run(conversation.rowId, owner.rowId, made, 0)
      return conversation
    },
    deleteConversation: ({ rowId: key, botRowId, id }) => {
      tx.hasDeleted = true
      sequence++
      cache.invalidateAccesses()
      sql.deleteConversation.run(key)
      deletions.add({ kind: 'conversation', rowId: key, botRowId, id, sequence, at: tx.now })
      tx.changes.push({ type: 'conversation_deleted', conversationRowId: key, conversationId: id, sequence })
    },
    deletions,

    access: (bot, userId, conversationId) => {
      const remembered = cache.access(bot.rowId, userId, conversationId)
      if (remembered) return remembered
      const access = toCacheableAccess(
        sql.access.get(conversationId, bot.rowId, userId) as CacheableAccessRow | undefined,
      )
      if (access) cache.setAccess(bot.rowId, access)
      return access
    },
    isParticipant: (conversation, userRowId) =>
      sql.participation.get(conversation.rowId, userRowId) !== undefined,
    insertParticipant: (conversation, user) => {
      const joined = currentTail(conversation).seq + 1
      sql.insertParticipant.run(conversation.rowId, user.rowId, conversation.creationOrder, joined)
    },
    deleteParticipant: (conversation, user) => {
      cache.invalidateAccesses()
      sql.leave.run(conversation.rowId, user.rowId)
    },

    append: (conversation, { kind, user, payload, metadata, streamId, turn }) => {
      const head = currentTail(conversation)
      // INV-3: numbers and times rise strictly.
      const seq = head.seq + 1
      const createdAt = Math.max(tx.now, head.at + 1)
      const isMessage = kind === 'message_created'
      const updatedAt = isMessage ? createdAt : head.updatedAt
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
      if (!isMessage) sql.advance.run(seq, createdAt, updatedAt, conversation.rowId)
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
    findEntryHeader: (conversationRowId, number) => toEntryHeader(sql.entry.get(conversationRowId, number)),
    findEntry: (conversationRowId, number) => {
      const row = sql.wholeEntry.get(conversationRowId, number) as EntryRow | undefined
      return row && toEntry(row, botIds)
    },
    deleteEntry: (conversationRowId, number) => {
      tx.hasDeleted = true
      sql.deleteEntry.run(conversationRowId, number)
    },

    findIdempotencyRecord: (user, key) => idempotencyRecords.find(user.rowId, key, tx.now),
    saveIdempotencyRecord: (user, { key, fingerprint: body, resourceRef: ref }) => {
      idempotencyRecords.save([user.rowId, key, body, ref], tx.now)
    },

    finishTurn: (bot, { conversationRowId, seq, watermark }) => {
      sql.finish.run(seq, conversationRowId, seq)
      sql.setWatermark.run(watermark, bot.rowId, watermark)
    },
    registerBot: ({ webhookId, userId, fieldsJson: fields }) => {
      cache.invalidateAccesses()
      const row = sql.bot.get(webhookId)
      const key = row ? Number(row['key']) : randomRowId()
      const userRowId = row ? Number(row['user_key']) : randomRowId()
      const holder = toUser(sql.userById.get(key, userId))
      if (holder && holder.rowId !== userRowId) {
        throw new Error(
          `the bot's id ${JSON.stringify(userId)} is taken by a user; choose another id for the bot`,
        )
      }
      if (row) sql.renameUser.run(userId, fields, userRowId)
      else {
        sql.insertBot.run(key, webhookId, userRowId)
        sql.insertUser.run(userRowId, key, userId, fields, tx.now, tx.now, randomNonce())
      }
      return { rowId: key, userRowId, userId, epoch: botIds(key).epoch }
    },
  }
  return tx
}

/** 128 random bits. */
function randomNonce(): string {
  return randomBytes(16).toString('base64url')
}

const userColumns = 'key, id, fields, created_at, updated_at, key_nonce'

function toEntryHeader(row: Row | undefined): EntryHeader | undefined {
  return (
    row && {
      kind: requireRow(entryKinds[Number(row['kind'])]),
      seq: Number(row['number']),
      userRowId: Number(row['user_key']),
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
    newestSequence: prepare(
      `SELECT max(coalesce((SELECT max(sequence) FROM entries), 0), coalesce((SELECT max(watermark) FROM bots), 0))
        AS sequence`,
    ),
    newestMade: prepare('SELECT max(made) AS made FROM conversations'),

    userById: prepare(`SELECT ${userColumns} FROM users WHERE bot_key = ? AND id = ?`),
    userByKey: prepare(`SELECT ${userColumns} FROM users WHERE key = ?`),
    insertUser: prepare(
      `INSERT INTO users (key, bot_key, id, fields, created_at, updated_at, key_nonce) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    updateUser: prepare('UPDATE users SET fields = ?, updated_at = ? WHERE key = ?'),
    renameUser: prepare('UPDATE users SET id = ?, fields = ? WHERE key = ?'),
    deleteUser: prepare('DELETE FROM users WHERE key = ?'),

    conversationById: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.bot_key = ? AND c.id = ? AND ${ownerExists('c')}`,
    ),
    anyConversationById: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.bot_key = ? AND c.id = ?`,
    ),
    conversationByKey: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.key = ? AND ${ownerExists('c')}`,
    ),
    insertConversation: prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0)'),
    deleteConversation: prepare('DELETE FROM conversations WHERE key = ?'),

    access: prepareArrays(cacheableAccessQuery('id')),
    participation: prepare(
      'SELECT 1 FROM participants WHERE conversation_key = ? AND user_key = ? AND has_left = 0',
    ),
    insertParticipant: prepare(
      `INSERT INTO participants VALUES (?, ?, ?, ?, 0)
        ON CONFLICT DO UPDATE SET joined = excluded.joined, has_left = 0`,
    ),
    leave: prepare('UPDATE participants SET has_left = 1 WHERE conversation_key = ? AND user_key = ?'),

    botUserKey: prepare('SELECT user_key FROM bots WHERE key = ?'),
    advance: prepare('UPDATE conversations SET head = ?, head_at = ?, updated_at = ? WHERE key = ?'),
    insertEntry: prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    entry: prepare(
      `SELECT kind, number, user_key FROM entries WHERE conversation_key = ? AND number = ? AND ${entryIsVisible('entries')}`,
    ),
    wholeEntry: prepareArrays(
      `SELECT ${entryColumns} FROM ${entryTables} WHERE e.conversation_key = ? AND e.number = ?`,
    ),
    deleteEntry: prepare('DELETE FROM entries WHERE conversation_key = ? AND number = ?'),

    bot: prepare('SELECT key, user_key FROM bots WHERE webhook_id = ?'),
    insertBot: prepare(
      `INSERT INTO bots (key, webhook_id, user_key, id_secret, epoch)
        VALUES (?, ?, ?, randomblob(16), lower(hex(randomblob(4))))`,
    ),
    finish: prepare('UPDATE conversations SET finished = ? WHERE key = ? AND finished < ?'),
    setWatermark: prepare(
      'UPDATE bots SET watermark = ? WHERE key = ? AND (watermark IS NULL OR watermark < ?)',
    ),
  }
}
