import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSecretFile } from './secrets.ts'

let folder: string
let database: string
let keys: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-secrets-'))
  database = join(folder, 'parley.db')
  keys = `${database}.keys`
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test.each(['demo', 'constructor', '__proto__', 'toString'])(
  'the secret of %s is random, and the same after a restart',
  (webhookId) => {
    const before = openSecretFile(database).find(webhookId)
    const created = openSecretFile(database).create(webhookId)

    expect(before).toBeUndefined()
    expect(created).toMatch(/^[\w-]{43}$/)
    expect(openSecretFile(':memory:').create(webhookId)).not.toBe(created)
    expect(openSecretFile(database).find(webhookId)).toBe(created)
  },
)

test('only the owner can read the file, even if others could before, and no other file remains', () => {
  writeFileSync(keys, '{"demo":"old"}')
  chmodSync(keys, 0o644)

  const file = openSecretFile(database)
  const modeWhenOpened = statSync(keys).mode & 0o777
  file.create('other')

  expect([modeWhenOpened, statSync(keys).mode & 0o777]).toEqual([0o600, 0o600])
  expect(JSON.parse(readFileSync(keys, 'utf8'))).toMatchObject({ demo: 'old' })
  expect(readdirSync(folder)).toEqual(['parley.db.keys'])
})

test.each(['', '{', 'null', '[]', '"demo"', '{"demo":""}', '{"demo":5}', '{"demo":null}', '{"demo":{}}'])(
  'rejects a file with the content %j, and does not change it',
  (text) => {
    writeFileSync(keys, text)

    expect(() => openSecretFile(database)).toThrow('it is not the JSON that the server wrote')
    expect(readFileSync(keys, 'utf8')).toBe(text)
  },
)

test('reports a file without read permission as such, not as malformed', () => {
  writeFileSync(keys, '{"demo":"x"}')
  chmodSync(keys, 0o000)
  chmodSync(folder, 0o777)

  expect(() => asOrdinaryUser(() => openSecretFile(database))).toThrow(
    `Unable to read the secrets in ${keys}; this user may not read it. Make the user who runs the server its owner`,
  )
})

test('if the file cannot be written, the error says what to do', () => {
  const file = openSecretFile(join(folder, 'missing', 'parley.db'))

  expect(() => file.create('demo')).toThrow('Let this user write to its folder, or set encryptionKey.')
})

/** Runs as another user if the tests run as root, which can read every file. */
function asOrdinaryUser<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    return work()
  } finally {
    process.seteuid?.(0)
  }
}
