import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** Where the secrets are kept that nobody gave: beside the database, readable by the owner of the process alone. */
export interface SecretFile {
  /** Undefined if secrets are only kept in memory. */
  readonly path: string | undefined
  find(webhookId: string): string | undefined
  /** Generates a secret for a bot that has none yet, and writes it to the file. */
  create(webhookId: string): string
}

const ownerOnly = 0o600
const othersMayRead = 0o077

/**
 * @param databasePath - `:memory:` keeps them no longer than the process lives.
 * @throws Error if the file that is there was not written by us, or cannot be kept from others.
 */
export function openSecretFile(databasePath: string): SecretFile {
  const path = databasePath === ':memory:' ? undefined : `${databasePath}.keys`
  // A map: on an object, a bot of the webhook id `constructor` would have a secret that everybody knows.
  const secrets = path !== undefined && existsSync(path) ? read(path) : new Map<string, string>()
  return {
    path,
    find: (webhookId) => secrets.get(webhookId),
    create: (webhookId) => {
      const made = randomBytes(32).toString('base64url')
      secrets.set(webhookId, made)
      if (path !== undefined) write(path, secrets)
      return made
    },
  }
}

function read(path: string): Map<string, string> {
  const text = textOf(path)
  try {
    return secretsIn(JSON.parse(text))
  } catch (cause) {
    throw new Error(
      `Unable to read the keys in ${path}; it is not the JSON that was written there. Restore it, or delete it: all users then need new keys.`,
      { cause },
    )
  }
}

function textOf(path: string): string {
  try {
    // `mode` applies to new files only; a restored file may be readable by all.
    if (statSync(path).mode & othersMayRead) chmodSync(path, ownerOnly)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`Unable to read the keys in ${path}; ${reasonOf(cause)}`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  switch (cause instanceof Error && 'code' in cause ? cause.code : undefined) {
    case 'EACCES':
      return 'this user may not read it. Make the user who runs the server its owner (chown), with mode 600.'
    case 'EPERM':
      return 'others may read it, and this user may not change that. Let its owner run chmod 600.'
    case 'EISDIR':
      return 'it is a folder. Move it away, and restore the file from a backup.'
    case 'EROFS':
      return 'others may read it, and its file system is read-only. Mount it writable, or run chmod 600 elsewhere.'
    default:
      return cause instanceof Error ? cause.message : String(cause)
  }
}

function secretsIn(json: unknown): Map<string, string> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it is no object')
  const secrets = new Map<string, string>()
  for (const [webhookId, secret] of Object.entries(json)) {
    if (typeof secret !== 'string' || secret === '') throw new Error(`the secret of ${webhookId} is none`)
    secrets.set(webhookId, secret)
  }
  return secrets
}

/** Whole or not at all: half a file would cost all users their keys. */
function write(path: string, secrets: ReadonlyMap<string, string>): void {
  const json = `${JSON.stringify(Object.fromEntries(secrets), null, 2)}\n`
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(draft, json, { mode: ownerOnly, flag: 'wx', flush: true })
    renameSync(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `Unable to write the keys to ${path}; ${reason}. Let this user write to its folder, or set encryptionKey.`,
      { cause },
    )
  }
}
