import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { createCommitBarrier } from '../commit-barrier.ts'
import { copyToOlderFormat, createOlderSchema, olderFormats } from './older-format.ts'
import { prepareSchema } from './schema.ts'
import { openSqliteStorage } from './sqlite-storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** The definitions of all tables and indexes, without differences in formatting. */
function readSchema(database: DatabaseSync): Record<string, string> {
  const rows = database.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all()
  return Object.fromEntries(
    rows.map(({ name, sql }) => [
      String(name),
      String(sql)
        .replaceAll(/[\s"]+/g, ' ')
        .replaceAll(/ ?([(),]) ?/g, '$1'),
    ]),
  )
}

/** The definitions of the columns of each table, as SQLite reads them. */
function readColumns(database: DatabaseSync): unknown[] {
  return database
    .prepare(
      `SELECT t.name AS "table", c.* FROM sqlite_master t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' ORDER BY t.name, c.cid`,
    )
    .all()
}

test.each(olderFormats)('a file of format %i is migrated to the schema of a new file', (format) => {
  using created = new DatabaseSync(':memory:')
  using migrated = new DatabaseSync(':memory:')
  prepareSchema(created)
  createOlderSchema(migrated, format)

  prepareSchema(migrated)

  expect(readSchema(migrated)).toEqual(readSchema(created))
  expect(readColumns(migrated)).toEqual(readColumns(created))
  expect(migrated.prepare('PRAGMA user_version').get()).toEqual(created.prepare('PRAGMA user_version').get())
  expect(migrated.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
})

const message = { conversationId: 'c', payload: '"hello"', metadata: '{"a":1}' }
const idempotencyKey = { key: 'key', fingerprint: 'fingerprint' }

/** Creates a database file with rows in all tables. */
async function createFile(path: string) {
  const commitBarrier = createCommitBarrier()
  const storage = await openSqliteStorage({ path, commitBarrier })
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const [caller, cem] = [
    { bot, userId: 'ann' },
    { bot, userId: 'cem' },
  ]
  for (const id of ['ann', 'ben', 'cem'])
    await storage.execute('createUser', { bot, id, fields: { name: id } })
  const conversation = await storage.execute('createConversation', { caller, id: 'c' })
  for (const userId of ['ben', 'cem'])
    await storage.execute('addParticipant', { caller, conversationId: 'c', userId })
  const stored = await storage.execute('createMessage', { ...message, caller }, idempotencyKey)
  await storage.execute('appendByBot', {
    bot,
    conversation,
    kind: 'message_created',
    payload: '"hi"',
    turn: stored.seq,
  })
  await storage.execute('finishTurn', {
    bot,
    conversationRowId: conversation.rowId,
    seq: stored.seq,
    watermark: stored.sequence,
  })
  await storage.execute('createMessage', { ...message, caller: cem })
  await storage.execute('removeParticipant', { caller, conversationId: 'c', userId: 'ben' })
  commitBarrier.pauseDeletions()
  await storage.execute('deleteUser', { caller: cem })
  await storage.close()
  return { caller, conversation, stored }
}

test('a migrated file of the previous format has the same rows', async () => {
  const [path, migratedPath] = [join(folder, 'current.db'), join(folder, 'previous.db')]
  await createFile(path)
  copyToOlderFormat(path, migratedPath, Math.max(...olderFormats))
  using created = new DatabaseSync(path, { readOnly: true })
  using migrated = new DatabaseSync(migratedPath)

  prepareSchema(migrated)

  const tables = created.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
  expect(tables).toHaveLength(8)
  for (const name of tables.map((row) => String(row['name']))) {
    const rows = created.prepare(`SELECT * FROM ${name}`).all()
    expect(rows).not.toEqual([])
    expect(migrated.prepare(`SELECT * FROM ${name}`).all()).toEqual(rows)
  }
})

test('a file of the first format is migrated without losing data', async () => {
  const [source, path] = [join(folder, 'source.db'), join(folder, 'first.db')]
  const { caller, conversation, stored } = await createFile(source)
  copyToOlderFormat(source, path, 1)

  const first = await openSqliteStorage({ path })
  const before = await first.queries.entriesAfter(conversation.rowId, 0, 100)
  const next = await first.execute('createMessage', { ...message, caller }, idempotencyKey)
  await first.close()
  const second = await openSqliteStorage({ path })
  const repeated = await second.execute('createMessage', { ...message, caller }, idempotencyKey)
  const entries = await second.queries.entriesAfter(conversation.rowId, 0, 100)
  const found = await second.queries.conversation(caller.bot, 'c')
  await second.close()

  expect(before.find(({ seq }) => seq === stored.seq)).toMatchObject({
    kind: 'message_created',
    userId: 'ann',
    payload: stored.payload,
    metadata: stored.metadata,
    createdAt: stored.createdAt,
  })
  expect(next.seq).toBe((before.at(-1)?.seq ?? 0) + 1)
  expect(repeated).toEqual(next)
  expect(entries).toEqual([...before, next])
  expect(found).toMatchObject({
    rowId: conversation.rowId,
    lastSeq: next.seq,
    createdAt: conversation.createdAt,
  })
})

test('a migrated file of the previous format keeps its idempotency records, tombstones and deletions', async () => {
  const [source, path] = [join(folder, 'used.db'), join(folder, 'migrated.db')]
  const { caller, conversation, stored } = await createFile(source)
  copyToOlderFormat(source, path, Math.max(...olderFormats))
  const commitBarrier = createCommitBarrier()

  const storage = await openSqliteStorage({ path, commitBarrier })
  const repeated = await storage.execute('createMessage', { ...message, caller }, idempotencyKey)
  const ben = await storage.queries.user(caller.bot, 'ben')
  const log = ben && (await storage.queries.readUserLog(ben.rowId, 0, 100))
  await expect.poll(() => commitBarrier.hasPendingDeletions()).toBe(false)
  const entries = await storage.queries.entriesAfter(conversation.rowId, 0, 100)
  const lastTurn = await storage.queries.lastTurnWithOutput(conversation.rowId)
  await storage.close()

  expect(repeated).toEqual(stored)
  expect(log?.items).toMatchObject([{ type: 'membership_ended', conversationId: 'c' }])
  expect(lastTurn).toBe(stored.seq)
  expect(entries.filter(({ kind }) => kind === 'message_created').map(({ userId }) => userId)).toEqual([
    'ann',
    'bot_demo',
  ])
  expect(entries.slice(-2).map(({ kind }) => kind)).toEqual(['message_deleted', 'participant_removed'])
})
