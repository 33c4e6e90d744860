import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import type { Storage } from '../../domain/storage.ts'
import { describeBoundedQueries } from '../bounded-queries.suite.ts'
import { describeDeletions, type OpenStorage } from '../deletion.suite.ts'
import { describeStorage } from '../storage.suite.ts'
import { openSqliteStorage } from './sqlite-storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
let fileCount = 0
const newPath = () => join(folder, `${++fileCount}.db`)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('SQLite in a file', () => {
  describeBoundedQueries(() => openSqliteStorage({ path: newPath(), isDurable: false }))
  const open: OpenStorage = ({ commitBarrier, name }) =>
    openSqliteStorage({ path: join(folder, `${name}.db`), commitBarrier })
  describeStorage(open)
  describeDeletions(open)
})

describe('SQLite in memory', () => {
  describeStorage(({ commitBarrier }) => openSqliteStorage({ path: ':memory:', commitBarrier }))
})

test('a file of a newer format is rejected with the reason', async () => {
  const path = newPath()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 99')
  database.close()

  await expect(openSqliteStorage({ path })).rejects.toThrow('newer version of Parley')
})

test('deleted text does not remain in the file', async () => {
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
  const payload = '"a secret that must be erased"'
  await storage.execute('createMessage', { caller, conversationId: 'c', payload, metadata: undefined })

  await storage.execute('deleteConversation', { caller, id: 'c' })
  await storage.close()

  expect(readFileSync(path).includes('a secret that must')).toBe(false)
  expect(existsSync(`${path}-wal`)).toBe(false)
})

test('the `seq` of a conversation continues after the file was closed and opened again', async () => {
  const path = newPath()
  const first = await openSqliteStorage({ path })
  const bot = await first.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
  const caller = { bot, userId: 'ann' }
  await first.execute('createUser', { bot, id: 'ann', fields: {} })
  const { rowId } = await first.execute('createConversation', { caller, id: 'c' })
  const message = { caller, conversationId: 'c', payload: '"hello"', metadata: undefined }
  const stored = await first.execute('createMessage', message)
  await first.close()

  const second = await openSqliteStorage({ path })
  const found = await second.queries.conversationByRowId(rowId)
  const next = await second.execute('createMessage', message)
  await second.close()

  expect(found).toMatchObject({
    lastSeq: stored.seq,
    lastEntryAt: stored.createdAt,
    updatedAt: stored.createdAt,
  })
  expect(next.seq).toBe(stored.seq + 1)
})

test('an error in a commit listener stops the storage after it settles pending requests', async () => {
  await using storage = disposable(await openSqliteStorage({ path: newPath() }))
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const failed = Promise.withResolvers<Error>()
  storage.onFailure(failed.resolve)
  storage.onCommit(() => {
    throw new Error('a listener is broken')
  })

  const stored = await storage.execute('createUser', { bot, id: 'ann', fields: {} })
  const failure = await failed.promise
  const later = storage.execute('createUser', { bot, id: 'bob', fields: {} })

  expect(stored.id).toBe('ann')
  expect(failure.cause).toMatchObject({ message: 'a listener is broken' })
  await expect(later).rejects.toMatchObject({ type: 'Unavailable' })
})

test('stored times come from the clock in the options', async () => {
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

  // Times strictly increase: the creation of the conversation has the first one.
  expect([user.createdAt, createdAt]).toEqual([1_000_000, 1_000_002])
})

function disposable(storage: Storage): Storage & AsyncDisposable {
  return { ...storage, [Symbol.asyncDispose]: () => storage.close() }
}
