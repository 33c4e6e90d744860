import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { describeBoundedQueries } from '../bounded-queries.suite.ts'
import { describeDeletions, type OpenStorage } from '../deletion.suite.ts'
import { describeStorage } from '../storage.suite.ts'
import type { Storage } from '../storage.ts'
import { openSqliteStorage } from './sqlite-storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
let files = 0
const newPath = () => join(folder, `${++files}.db`)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('SQLite in a file', () => {
  describeBoundedQueries(() => openSqliteStorage({ path: newPath(), isDurable: false }))
  const open: OpenStorage = ({ gate, name }) =>
    openSqliteStorage({ path: join(folder, `${name}.db`), commitBarrier: gate })
  describeStorage(open)
  describeDeletions(open)
})

describe('SQLite in memory', () => {
  describeStorage(({ gate }) => openSqliteStorage({ path: ':memory:', commitBarrier: gate }))
})

test('a file of a newer format is refused with the reason', async () => {
  const path = newPath()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 99')
  database.close()

  await expect(openSqliteStorage({ path })).rejects.toThrow('newer version of Parley')
})

test('what was deleted is not left in the file', async () => {
  const path = newPath()
  const storage = await openSqliteStorage({ path })
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const caller = { bot, userId: 'ann' }
  await storage.execute('createUser', { bot, id: 'ann', fields: {} })
  await storage.execute('createConversation', { caller, id: 'c' })
  const payload = '"a secret that nobody is to find"'
  await storage.execute('createMessage', { caller, conversationId: 'c', payload, metadata: undefined })

  await storage.execute('deleteConversation', { caller, id: 'c' })
  await storage.close()

  expect(readFileSync(path).includes('a secret that nobody')).toBe(false)
  expect(existsSync(`${path}-wal`)).toBe(false)
})

test('a log and its conversation are the same after the file was opened again', async () => {
  const path = newPath()
  const first = await openSqliteStorage({ path })
  const bot = await first.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  const caller = { bot, userId: 'ann' }
  await first.execute('createUser', { bot, id: 'ann', fields: {} })
  const { rowId: key } = await first.execute('createConversation', { caller, id: 'c' })
  const message = { caller, conversationId: 'c', payload: '"hello"', metadata: undefined }
  const one = await first.execute('createMessage', message)
  await first.close()

  const second = await openSqliteStorage({ path })
  const found = await second.queries.conversationByRowId(key)
  const two = await second.execute('createMessage', message)
  await second.close()

  expect(found).toMatchObject({ lastSeq: one.seq, lastEntryAt: one.createdAt, updatedAt: one.createdAt })
  expect(two.seq).toBe(one.seq + 1)
})

test('a file of the first format is brought up to date, and nothing of it is lost', async () => {
  const path = newPath()
  const first = await openSqliteStorage({ path })
  const bot = await first.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  const caller = { bot, userId: 'ann' }
  await first.execute('createUser', { bot, id: 'ann', fields: {} })
  const { rowId: key } = await first.execute('createConversation', { caller, id: 'c' })
  await first.close()
  const database = new DatabaseSync(path)
  database.exec(`DROP TABLE made; DROP TABLE departures; DROP TABLE deletions; DROP INDEX entries_by_turn;
    ALTER TABLE bots DROP COLUMN id_secret; ALTER TABLE bots DROP COLUMN epoch;
    ALTER TABLE users DROP COLUMN key_nonce; PRAGMA user_version = 1`)
  database.close()

  const second = await openSqliteStorage({ path })
  const message = { caller, conversationId: 'c', payload: '"hello"', metadata: undefined }
  const once = { key: 'key', fingerprint: 'body' }
  const made = await second.execute('createMessage', message, once)
  await second.close()

  const third = await openSqliteStorage({ path })
  const again = await third.execute('createMessage', message, once)
  const entries = await third.queries.entriesAfter(key, 1, 10)
  await third.close()
  expect(again).toEqual(made)
  expect(entries).toEqual([made])
})

test('an error in a commit listener ends the storage, and pending requests are answered', async () => {
  await using storage = disposable(await openSqliteStorage({ path: newPath() }))
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const told = Promise.withResolvers<Error>()
  storage.onFailure(told.resolve)
  storage.onCommit(() => {
    throw new Error('a listener is broken')
  })

  const stored = await storage.execute('createUser', { bot, id: 'ann', fields: {} })
  const failure = await told.promise
  const later = storage.execute('createUser', { bot, id: 'bob', fields: {} })

  expect(stored.id).toBe('ann')
  expect(failure.cause).toMatchObject({ message: 'a listener is broken' })
  await expect(later).rejects.toMatchObject({ type: 'Unavailable' })
})

test('stored times come from the given clock', async () => {
  await using storage = disposable(await openSqliteStorage({ path: newPath(), now: () => 1_000_000.5 }))
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const caller = { bot, userId: 'ann' }

  const user = await storage.execute('createUser', { bot, id: 'ann', fields: {} })
  await storage.execute('createConversation', { caller, id: 'c' })
  const message = { caller, conversationId: 'c', payload: '"hello"', metadata: undefined }
  const { createdAt } = await storage.execute('createMessage', message)

  // The creation of the conversation took the first millisecond.
  expect([user.createdAt, createdAt]).toEqual([1_000_000, 1_000_002])
})

function disposable(storage: Storage): Storage & AsyncDisposable {
  return { ...storage, [Symbol.asyncDispose]: () => storage.close() }
}
