import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Membership } from '../../domain/queries.ts'
import type { Storage } from '../../domain/storage.ts'
import type { PageRequest } from './message-pages.ts'
import { createPageReader } from './page-reader.ts'
import { openSqliteStorage } from './sqlite-storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
const path = join(folder, 'parley.db')
const texts = Array.from({ length: 30 }, (_, number) => `"${number} – grüße, 你好, 👋"`)

let storage: Storage
let membership: Membership

beforeAll(async () => {
  storage = await openSqliteStorage({ path })
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const caller = { bot, userId: 'ann' }
  await storage.execute('createUser', { bot, id: 'ann', fields: {} })
  await storage.execute('createConversation', { caller, id: 'c' })
  await Promise.all(
    texts.map((payload) =>
      storage.execute('createMessage', { caller, conversationId: 'c', payload, metadata: '{"a":1}' }),
    ),
  )
  const found = await storage.queries.membership(bot, 'ann', 'c')
  if (!found) throw new Error('ann is not a participant')
  membership = found
})
afterAll(async () => {
  await storage.close()
  rmSync(folder, { recursive: true })
})

const cursors = Array.from({ length: 16 }, (_, index) => (index === 0 ? undefined : 2 * index))
const manyRequests = (): PageRequest[] =>
  cursors.map((cursor) => ({ membership, query: { cursor, limit: cursor ?? 20 } }))

const textOf = (page: string | Uint8Array | undefined): string | undefined =>
  typeof page === 'object' ? new TextDecoder().decode(page) : page

/** Requests many pages at once until the thread reads them. */
async function readInThread(read: (request: PageRequest) => Promise<string | Uint8Array | undefined>) {
  for (;;) {
    const pages = await Promise.all(manyRequests().map(read))
    if (pages.some((page) => typeof page === 'object')) return pages.map(textOf)
  }
}

test('the page reader thread returns the same page to each request as this thread', async () => {
  const read = ({ membership: from, query }: PageRequest) => storage.queries.messagePage(from, query)
  const oneByOne: (string | undefined)[] = []
  for (const request of manyRequests()) oneByOne.push(textOf(await read(request)))

  const together = await readInThread(read)

  expect(together).toEqual(oneByOne)
  expect(together[0]).toContain(texts.at(-1))
  // The log begins with the creation of the conversation; no message precedes the first one.
  expect(together[1]).toBe('{"messages":[],"meta":{}}')
  expect(together[2]).toContain(texts[0])
})

test('if the thread cannot start, this thread reads all pages', async () => {
  await using reader = disposable(
    createPageReader({ path: join(folder, 'missing.db'), renderLocally: () => 'here' }),
  )

  const rounds = [await Promise.all(manyRequests().map(reader.read))]
  for (let round = 0; round < 50; round++) rounds.push(await Promise.all(manyRequests().map(reader.read)))

  expect(new Set(rounds.flat())).toEqual(new Set(['here']))
})

test('if the thread dies, this thread reads its pending pages', async () => {
  await using reader = disposable(createPageReader({ path, renderLocally: () => 'here' }))
  await readInThread(reader.read)
  const impossible: PageRequest = {
    membership,
    query: { cursor: undefined, limit: 'x' as unknown as number },
  }

  const pages = await Promise.all([impossible, ...manyRequests()].map(reader.read))
  const later = await Promise.all(manyRequests().map(reader.read))

  expect(pages.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'here'))
  expect(pages).not.toContain(undefined)
  expect(new Set(later)).toEqual(new Set(['here']))
})

test('a failed thread is reported, and restarted after a delay that doubles up to a minute', async () => {
  let now = 0
  const failures: unknown[] = []
  await using reader = disposable(
    createPageReader({
      path,
      renderLocally: () => 'here',
      onThreadFailure: (error) => failures.push(error),
      monotonicNow: () => now,
    }),
  )
  const impossible: PageRequest = {
    membership,
    query: { cursor: undefined, limit: 'x' as unknown as number },
  }
  const readMany = () => Promise.all([impossible, ...manyRequests()].map(reader.read))

  await readInThread(reader.read)
  await readMany()
  now = 999
  const tooEarly = await readMany()
  now = 1_000
  const again = await readInThread(reader.read)
  await readMany()
  now = 2_999
  const stillTooEarly = await readMany()
  now = 3_000
  await readInThread(reader.read)

  expect(new Set([...tooEarly, ...stillTooEarly])).toEqual(new Set(['here']))
  expect(again[0]).toContain(texts.at(-1))
  expect(failures).toHaveLength(2)
})

test('an error in one page rejects only its own request', async () => {
  await using reader = disposable(
    createPageReader({
      path,
      renderLocally: ({ query }) => {
        if (query.limit === 0) throw new Error('impossible')
        return 'here'
      },
    }),
  )
  const impossible: PageRequest = { membership, query: { cursor: undefined, limit: 0 } }

  const outcomes = await Promise.allSettled([impossible, ...manyRequests().slice(0, 2)].map(reader.read))

  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
})

test('at most 32 pages are read at the same time, in order, even after a failure', async () => {
  const started: (number | undefined)[] = []
  let startedAtOnce = 0
  await using reader = disposable(
    createPageReader({
      path: join(folder, 'missing.db'),
      renderLocally: ({ query }) => {
        if (started.length === 0) setImmediate(() => (startedAtOnce = started.length))
        started.push(query.cursor)
        if (query.cursor === 2) throw new Error('impossible')
        return 'here'
      },
    }),
  )
  const requests = Array.from({ length: 70 }, (_, cursor) => ({ membership, query: { cursor, limit: 1 } }))

  const outcomes = await Promise.allSettled(requests.map(reader.read))

  expect(startedAtOnce).toBe(32)
  expect(started).toEqual(requests.map(({ query }) => query.cursor))
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
})

function disposable<T extends { close(): Promise<void> }>(closable: T): T & AsyncDisposable {
  return { ...closable, [Symbol.asyncDispose]: () => closable.close() }
}
