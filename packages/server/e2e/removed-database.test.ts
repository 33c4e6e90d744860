import { renameSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { call } from './plain/call.ts'
import { quietLogger } from './plain/quiet-logger.ts'
import { temporaryFolder } from './support/child-server.ts'
import { connectTo } from './support/talk.ts'

const fault = { problem: 'missing', detail: expect.any(String) as string }

test.each(['parley.db', 'parley.db-wal'])(
  'INV-13: while %s is missing, no write is acknowledged; once it is back, the server recovers',
  async (name) => {
    using folder = temporaryFolder()
    const logger = quietLogger()
    await using server = await startTestServer({ data: folder.file('parley.db'), logger })
    const me = await connectTo(server.url)
    const rename = (to: string) =>
      call('PUT', `${server.url}/users/me`, { key: me.userKey, body: { name: to } })

    renameSync(folder.file(name), folder.file('away'))
    const refused = await rename('Ann')
    renameSync(folder.file('away'), folder.file(name))
    const stored = await rename('Bob')

    expect(refused).toMatchObject({ status: 503, body: { type: 'Unavailable' } })
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.text).not.toContain(folder.file(''))
    expect(stored).toMatchObject({ status: 200, body: { user: { name: 'Bob' } } })
    expect(logger.faults).toEqual([fault])
    expect(logger.notes).toContainEqual({ problem: 'missing' })
  },
)

test('a removed database file is logged even without writes', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const logger = quietLogger()
  await using server = await startTestServer({ data, logger })

  rmSync(data)

  await expect.poll(() => logger.faults, { timeout: 10_000 }).toEqual([{ problem: 'missing', detail: data }])
  expect((await call('GET', `${server.url}/hello`)).status).toBe(200)
})
