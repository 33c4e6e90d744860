import { chmodSync, mkdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createServer, type BotOptions } from '../src/index.ts'
import { temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const logger = createRecordingLogger()
const nobody = 65_534
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

/** Runs as another user if the tests run as root, who may access every file. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(nobody)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

const failureOf = (made: Promise<unknown>) =>
  made.then(
    () => 'it started',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )

describe('a bot does not start', () => {
  test.each(['.', '..'])('under the webhook id %s, which clients remove from paths', async (webhookId) => {
    await expect(start({ [webhookId]: {} })).rejects.toThrow(
      'HTTP clients remove this webhook id from URL paths',
    )
  })

  test.each([
    ['secret', 6],
    ['x'.repeat(31), 31],
    ['', 0],
  ])('with the encryption key %j, and the error says how to make one', async (encryptionKey, bytes) => {
    const message = await failureOf(start({ demo: { encryptionKey } }))

    expect(message).toContain(`Unable to start the bot "demo"; its encryptionKey has ${bytes} bytes`)
    expect(message).toContain('openssl rand -base64 32')
  })

  test('in personal mode without a secret, as the operator would not know a generated one', async () => {
    await expect(start({ demo: { auth: 'personal' } })).rejects.toThrow(
      'in personal mode you sign the keys, so it needs an encryptionKey',
    )
  })

  test('if its key file is a folder', async () => {
    mkdirSync(`${data}.keys`, 0o700)

    await expect(start({ demo: {} }, data)).rejects.toThrow(
      `Unable to read the secrets in ${data}.keys; it is a folder`,
    )
  })

  test('if this user may not write its database', async () => {
    await (await start({ demo: {} }, data)).close()
    chmodSync(data, 0o444)
    chmodSync(`${data}.lock`, 0o666)

    const message = await asOrdinaryUser(() => failureOf(start({ demo: {} }, data)))

    expect(message).toContain(`Unable to open the database ${data}; this user may not read and write it`)
  })

  test('if this user may not use its lock file, without blaming another server', async () => {
    await (await start({ demo: {} }, data)).close()
    chmodSync(`${data}.lock`, 0o000)

    const message = await asOrdinaryUser(() => failureOf(start({ demo: {} }, data)))

    expect(message).toContain(`its lock file ${data}.lock cannot be used`)
    expect(message).not.toContain('another server')
  })
})

test('a secret of 32 bytes is long enough', async () => {
  const chat = await start({ demo: { encryptionKey: 'x'.repeat(32) } })

  expect(chat.listenerCount).toBe(0)
  await chat.close()
})
