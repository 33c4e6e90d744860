import { randomBytes } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ConversationRecord, Effect, StoredEntry, UserRecord } from '../../domain/records.ts'
import type { Transaction } from '../../domain/transaction.ts'
import { keyedAccessOf, keyedAccessQuery, type KeyedAccessRow } from './access-rows.ts'
import { createBotIds } from './bot-ids.ts'
import { createMadeClock } from './clock.ts'
import { conversationColumns, conversationTables } from './conversation-rows.ts'
import { createDeletionRows } from './deletion-rows.ts'
import { entryIsThere, ownerIsThere } from './deletions-table.ts'
import { createDepartures } from './departures.ts'
import { entryKinds, kindCode } from './entry-kinds.ts'
import { entryColumns, entryOf, entryTables, type EntryRow } from './entry-rows.ts'
import { createKnownPlaces, type Head } from './known-places.ts'
import { createMadeRequests } from './made-requests.ts'
import { conversationOf, required, userOf, type Row } from './rows.ts'

export interface SqliteTransaction extends Transaction {
  now: number
  /** What the transaction did so far, for those who listen. */
  effects: Effect[]
  /** Whether the transaction deletes text, which the write-ahead log still contains. */
  hasDeleted: boolean
  /** To be called before the first request of each transaction. */
  begin(now: number): void
  /** To be called when what the transaction did was undone. */
  undone(): void
}

/** The rules' view of the database; who calls it opens and commits the transaction around it. */
export function createSqliteTransaction(database: DatabaseSync, randomKey: () => number): SqliteTransaction {
  const sql = prepareStatements(database)
  const made = createMadeRequests(database)
  const clock = createMadeClock(Number(sql.newestMade.get()?.['made'] ?? 0))
  /** Rises for ever: bots remember how far they came by it, also when what stood last has been deleted. */
  const departures = createDepartures(database)
  let sequence = Math.max(Number(sql.newestSequence.get()?.['sequence'] ?? 0), departures.newest())
  const known = createKnownPlaces()
  const botIds = createBotIds(database)
  /** Where a log stands now: the record that a command holds may be older. */
  const headOf = ({ key, head, headAt, updatedAt }: ConversationRecord): Head =>
    known.head(key) ?? { number: head, at: headAt, updatedAt }
  const deletions = createDeletionRows(database, departures)
  const botUserKeys = new Map<number, number>()
  const botUserKeyOf = (botKey: number): number => {
    const key = botUserKeys.get(botKey) ?? Number(required(sql.botUserKey.get(botKey))['user_key'])
    botUserKeys.set(botKey, key)
    return key
  }

  const tx: SqliteTransaction = {
    now: 0,
    effects: [],
    hasDeleted: false,
    begin: (now) => {
      tx.now = now
      tx.effects = []
      tx.hasDeleted = false
      known.trim()
    },
    undone: () => {
      known.forgetAll()
    },

    findUser: (bot, id) => userOf(sql.userById.get(bot.key, id)),
    findUserByKey: (key) => userOf(sql.userByKey.get(key)),
    insertUser: (bot, { id, fields, keyNonce = randomNonce() }) => {
      const [key, at] = [randomKey(), tx.now]
      const user: UserRecord = { key, id, fields, createdAt: at, updatedAt: at, keyNonce }
      sql.insertUser.run(key, bot.key, id, fields, at, at, keyNonce)
      return user
    },
    updateUser: (user, fields) => {
      const updatedAt = Math.max(tx.now, user.updatedAt)
      tx.hasDeleted = true
      sql.updateUser.run(fields, updatedAt, user.key)
      return { ...user, fields, updatedAt }
    },
    deleteUser: (bot, { key, id }) => {
      sequence++
      known.forgetAccesses()
      tx.hasDeleted = true
      sql.deleteUser.run(key)
      deletions.add({ kind: 'user', key, botKey: bot.key, id, sequence, at: tx.now })
      tx.effects.push({ type: 'user_deleted', userKey: key })
    },

    findConversation: (bot, id) => conversationOf(sql.conversationById.get(bot.key, id)),
    findConversationByKey: (key) => conversationOf(sql.conversationByKey.get(key)),
    insertConversation: (bot, { id, owner }) => {
      // The id of a conversation of a deleted user is free, but its row may still exist.
      const former = conversationOf(sql.anyConversationById.get(bot.key, id))
      if (former) tx.deleteConversation(former)
      const made = clock.next(tx.now)
      const at = tx.now
      const conversation: ConversationRecord = {
        key: randomKey(),
        botKey: bot.key,
        id,
        ownerKey: owner.key,
        createdAt: at,
        updatedAt: at,
        head: 0,
        headAt: at,
        made,
      }
      sql.insertConversation.run(conversation.key, bot.key, id, owner.key, made, at, at, at)
      sql.insertParticipant.run(conversation.key, owner.key, made, 0)
      return conversation
    },
    deleteConversation: ({ key, botKey, id }) => {
      tx.hasDeleted = true
      sequence++
      known.forgetAccesses()
      sql.deleteConversation.run(key)
      deletions.add({ kind: 'conversation', key, botKey, id, sequence, at: tx.now })
      tx.effects.push({ type: 'conversation_deleted', conversationKey: key, conversationId: id, sequence })
    },
    deletions,

    access: (bot, userId, conversationId) => {
      const remembered = known.access(bot.key, userId, conversationId)
      if (remembered) return remembered
      const access = keyedAccessOf(
        sql.access.get(conversationId, bot.key, userId) as KeyedAccessRow | undefined,
      )
      if (access) known.keepAccess(bot.key, access)
      return access
    },
    isParticipant: (conversation, userKey) => sql.participation.get(conversation.key, userKey) !== undefined,
    insertParticipant: (conversation, user) => {
      const joined = headOf(conversation).number + 1
      sql.insertParticipant.run(conversation.key, user.key, conversation.made, joined)
    },
    deleteParticipant: (conversation, user) => {
      known.forgetAccesses()
      sql.leave.run(conversation.key, user.key)
    },

    append: (conversation, { kind, user, payload, metadata, streamId, turn }) => {
      const head = headOf(conversation)
      // INV-3: numbers and times rise strictly.
      const number = head.number + 1
      const createdAt = Math.max(tx.now, head.at + 1)
      const isMessage = kind === 'message_created'
      const updatedAt = isMessage ? createdAt : head.updatedAt
      known.keepHead(conversation.key, { number, at: createdAt, updatedAt })
      sequence++
      sql.insertEntry.run(
        sequence,
        conversation.key,
        number,
        kindCode(kind),
        user.key,
        createdAt,
        payload,
        metadata ?? null,
        streamId ?? null,
        turn ?? null,
      )
      if (kind === 'participant_removed') departures.add(user.key, conversation, { sequence, at: createdAt })
      if (!isMessage) sql.advance.run(number, createdAt, updatedAt, conversation.key)
      const { epoch, tagOf } = botIds(conversation.botKey)
      const entry = {
        kind,
        botKey: conversation.botKey,
        conversationKey: conversation.key,
        conversationId: conversation.id,
        number,
        sequence,
        createdAt,
        userKey: user.key,
        userId: user.id,
        isBot: botUserKeyOf(conversation.botKey) === user.key,
        payload,
        metadata,
        streamId,
        tag: tagOf({ conversationKey: conversation.key, number }),
        epoch,
      }
      tx.effects.push({ type: 'appended', entry })
      return entry
    },
    tagOf: ({ key }, position) => botIds(key).tagOf(position),
    findEntry: (conversationKey, number) => storedEntryOf(sql.entry.get(conversationKey, number)),
    findWholeEntry: (conversationKey, number) => {
      const row = sql.wholeEntry.get(conversationKey, number) as EntryRow | undefined
      return row && entryOf(row, botIds)
    },
    deleteEntry: (conversationKey, number) => {
      tx.hasDeleted = true
      sql.deleteEntry.run(conversationKey, number)
    },

    findMade: (user, key) => made.find(user.key, key, tx.now),
    keepMade: (user, { key, body, ref }) => {
      made.keep([user.key, key, body, ref], tx.now)
    },

    finishTurn: (bot, { conversationKey, number, watermark }) => {
      sql.finish.run(number, conversationKey, number)
      sql.setWatermark.run(watermark, bot.key, watermark)
    },
    registerBot: ({ webhookId, userId, fields }) => {
      known.forgetAccesses()
      const row = sql.bot.get(webhookId)
      const key = row ? Number(row['key']) : randomKey()
      const userKey = row ? Number(row['user_key']) : randomKey()
      const holder = userOf(sql.userById.get(key, userId))
      if (holder && holder.key !== userKey) {
        throw new Error(
          `the bot's id ${JSON.stringify(userId)} is taken by a user; choose another id for the bot`,
        )
      }
      if (row) sql.renameUser.run(userId, fields, userKey)
      else {
        sql.insertBot.run(key, webhookId, userKey)
        sql.insertUser.run(userKey, key, userId, fields, tx.now, tx.now, randomNonce())
      }
      return { key, userKey, userId, epoch: botIds(key).epoch }
    },
  }
  return tx
}

/** 128 random bits. */
function randomNonce(): string {
  return randomBytes(16).toString('base64url')
}

const userColumns = 'key, id, fields, created_at, updated_at, key_nonce'

function storedEntryOf(row: Row | undefined): StoredEntry | undefined {
  return (
    row && {
      kind: required(entryKinds[Number(row['kind'])]),
      number: Number(row['number']),
      userKey: Number(row['user_key']),
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
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.bot_key = ? AND c.id = ? AND ${ownerIsThere('c')}`,
    ),
    anyConversationById: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.bot_key = ? AND c.id = ?`,
    ),
    conversationByKey: prepare(
      `SELECT ${conversationColumns} FROM ${conversationTables} WHERE c.key = ? AND ${ownerIsThere('c')}`,
    ),
    insertConversation: prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0)'),
    deleteConversation: prepare('DELETE FROM conversations WHERE key = ?'),

    access: prepareArrays(keyedAccessQuery('id')),
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
      `SELECT kind, number, user_key FROM entries WHERE conversation_key = ? AND number = ? AND ${entryIsThere('entries')}`,
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
