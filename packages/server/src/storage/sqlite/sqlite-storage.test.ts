import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { describeStorage } from '../storage.suite.ts'
import { openSqliteStorage } from './sqlite-storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
let files = 0
const newPath = () => join(folder, `${++files}.db`)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('SQLite in a file', () => {
  describeStorage(() => openSqliteStorage({ path: newPath() }))
})

describe('SQLite in memory', () => {
  describeStorage(() => openSqliteStorage({ path: ':memory:' }))
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
  const bot = await storage.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fields: '{}' })
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
