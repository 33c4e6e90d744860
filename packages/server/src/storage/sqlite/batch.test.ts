import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CommandRequest } from '../../domain/commands.ts'
import type { BotRecord } from '../../domain/records.ts'
import { createBatchRunner, type BatchRunner } from './batch.ts'
import { prepareSchema } from './schema.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'

let database: DatabaseSync
let runner: BatchRunner
let bot: BotRecord
let reserves: number
let reclaimed: number

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  database.exec('PRAGMA page_size = 1024')
  prepareSchema(database)
  let lastRowId = 0
  reserves = 1
  reclaimed = 0
  runner = createBatchRunner(
    database,
    createSqliteTransaction(database, () => ++lastRowId),
    {
      now: () => 1,
      firstSliceBudget: () => undefined,
      diskSpace: {
        isShort: () => false,
        restoreReserve: () => {},
        reclaimLog: () => {
          reclaimed++
          return true
        },
        releaseReserve: () => reserves-- > 0,
      },
    },
  )
  const { outcomes } = runner.run([
    { name: 'registerBot', input: { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' } },
  ])
  bot = (outcomes[0] as { value: BotRecord }).value
  for (const id of ['ann', 'bob']) runner.run([{ name: 'createUser', input: { bot, id, fields: {} } }])
  runner.run([{ name: 'createConversation', input: { caller: { bot, userId: 'ann' }, id: 'c' } }])
})
afterEach(() => {
  database.close()
})

const rename = (userId: string, name: string): CommandRequest => ({
  name: 'updateUser',
  input: { caller: { bot, userId }, fields: { name } },
})
const deleteBob = (): CommandRequest => ({ name: 'deleteUser', input: { caller: { bot, userId: 'bob' } } })
/** Makes SQLite fail with SQLITE_FULL when the file would have to grow. */
const fill = (): void => {
  const row = database.prepare('PRAGMA page_count').get()
  database.exec(`PRAGMA max_page_count = ${Number(row?.['page_count'])}`)
}
const tooLarge = 'n'.repeat(100_000)

test('on a full disk, requests that need space get 503; deletions and requests that fit are stored', () => {
  fill()

  const { outcomes, changes } = runner.run([rename('ann', tooLarge), deleteBob(), rename('ann', 'Ann')])
  const later = runner.run([rename('ann', 'Ann')])

  expect(outcomes).toEqual([
    { problem: 'full', detail: expect.stringContaining('full') as string },
    { value: undefined },
    { problem: 'full', detail: expect.stringContaining('full') as string },
  ])
  expect(changes).toMatchObject([{ type: 'user_deleted' }])
  expect(later.outcomes).toMatchObject([{ value: { id: 'ann' } }])
  expect(reclaimed).toBe(1)
})

test('once the disk has space again, the same request is stored', () => {
  fill()
  const full = runner.run([rename('ann', tooLarge)])

  database.exec('PRAGMA max_page_count = 100000')
  const stored = runner.run([rename('ann', tooLarge)])

  expect(full.outcomes).toMatchObject([{ problem: 'full' }])
  expect(stored.outcomes).toMatchObject([{ value: { id: 'ann' } }])
})
