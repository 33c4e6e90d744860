import { renameSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry } from './support/test-client.ts'

const logEntry = { problem: 'missing', detail: expect.any(String) as string }

test.each(['parley.db', 'parley.db-wal'])(
  'INV-13: while %s is missing, no write is acknowledged; when it is restored, the server recovers',
  async (file) => {
    using folder = temporaryFolder()
    const logger = createRecordingLogger()
    await using server = await startTestServer({ data: folder.file('parley.db'), logger })
    const me = await connectWithoutRetry(server.url)
    const rename = (name: string) =>
      sendRequest('PUT', `${server.url}/users/me`, { key: me.userKey, body: { name } })

    renameSync(folder.file(file), folder.file('moved'))
    const rejected = await rename('Ann')
    renameSync(folder.file('moved'), folder.file(file))
    const stored = await rename('Bob')

    expect(rejected).toMatchObject({ status: 503, body: { type: 'Unavailable' } })
    expect(rejected.headers.get('retry-after')).toBe('1')
    expect(rejected.text).not.toContain(folder.file(''))
    expect(stored).toMatchObject({ status: 200, body: { user: { name: 'Bob' } } })
    expect(logger.errors).toEqual([logEntry])
    expect(logger.entries).toContainEqual({ problem: 'missing' })
  },
)

test('a removed database file is logged even without writes', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  const logger = createRecordingLogger()
  await using server = await startTestServer({ data, logger })

  rmSync(data)

  await expect.poll(() => logger.errors, { timeout: 10_000 }).toEqual([{ problem: 'missing', detail: data }])
  expect((await sendRequest('GET', `${server.url}/hello`)).status).toBe(200)
})
