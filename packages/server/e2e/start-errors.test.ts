import { chmodSync, mkdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createServer, type BotOptions } from '../src/index.ts'
import { temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const logger = createRecordingLogger()
const unprivilegedUserId = 65_534
let folder: ReturnType<typeof temporaryFolder>
let data: string

beforeEach(() => {
  folder = temporaryFolder()
  data = folder.file('parley.db')
  chmodSync(folder.file('.'), 0o777)
})
afterEach(() => {
  folder[Symbol.dispose]()
})

const start = (bots: Record<string, BotOptions>, file = ':memory:') =>
  createServer({ data: file, logger, bots })

/** Switches to an unprivileged user if the tests run as root, because root can access every file. */
async function asUnprivilegedUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run()
  process.seteuid?.(unprivilegedUserId)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}

const errorMessage = (starting: Promise<unknown>) =>
  starting.then(
    () => 'it started',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )

describe('a bot does not start', () => {
  test.each(['.', '..'])('with the webhook id %s, which clients remove from paths', async (webhookId) => {
    await expect(start({ [webhookId]: {} })).rejects.toThrow(
      'HTTP clients remove this webhook id from URL paths',
    )
  })

  test.each([
    ['secret', 6],
    ['x'.repeat(31), 31],
    ['', 0],
  ])('with the encryption key %j, and the error says how to generate one', async (encryptionKey, bytes) => {
    const message = await errorMessage(start({ demo: { encryptionKey } }))

    expect(message).toContain(`Unable to start the bot "demo"; its encryptionKey has ${bytes} bytes`)
    expect(message).toContain('openssl rand -base64 32')
  })

  test('in personal mode without a secret, because the operator would not know a generated one', async () => {
    await expect(start({ demo: { auth: 'personal' } })).rejects.toThrow('encryptionKey is missing')
  })

  test('if its key file is a folder', async () => {
    mkdirSync(`${data}.keys`, 0o700)

    await expect(start({ demo: {} }, data)).rejects.toThrow(
      `Unable to read the secrets in ${data}.keys; it is a folder`,
    )
  })

  test('if it has no write access to its database', async () => {
    await (await start({ demo: {} }, data)).close()
    chmodSync(data, 0o444)
    chmodSync(`${data}.lock`, 0o666)

    const message = await asUnprivilegedUser(() => errorMessage(start({ demo: {} }, data)))

    expect(message).toContain(`Unable to open the database ${data}; this user may not read and write it`)
  })

  test('if it cannot use its lock file, and the error does not mention another server', async () => {
    await (await start({ demo: {} }, data)).close()
    chmodSync(`${data}.lock`, 0o000)

    const message = await asUnprivilegedUser(() => errorMessage(start({ demo: {} }, data)))

    expect(message).toContain(`its lock file ${data}.lock cannot be used`)
    expect(message).not.toContain('another server')
  })
})

test('a secret of 32 bytes is long enough', async () => {
  const chat = await start({ demo: { encryptionKey: 'x'.repeat(32) } })

  expect(chat.listenerCount).toBe(0)
  await chat.close()
})
