import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import writeFileAtomic from 'write-file-atomic'

/** The file with the generated secrets, next to the database. Only its owner can read it. */
export interface SecretFile {
  /** Undefined if the secrets are kept in memory only. */
  readonly path: string | undefined
  find(webhookId: string): string | undefined
  /** Generates a secret for a bot that has none yet, and writes it to the file. */
  create(webhookId: string): string
}

const ownerOnly = 0o600
const accessOfOthers = 0o077

/**
 * @param databasePath - With `:memory:`, the secrets are kept in memory only.
 * @throws Error if the existing file is malformed, unreadable, or readable by others and this cannot be changed.
 */
export function openSecretFile(databasePath: string): SecretFile {
  const path = databasePath === ':memory:' ? undefined : `${databasePath}.keys`
  // A map, as objects have inherited members: the webhook id `constructor` would have a known secret.
  const secrets = path !== undefined && existsSync(path) ? read(path) : new Map<string, string>()
  return {
    path,
    find: (webhookId) => secrets.get(webhookId),
    create: (webhookId) => {
      const secret = randomBytes(32).toString('base64url')
      secrets.set(webhookId, secret)
      if (path !== undefined) write(path, secrets)
      return secret
    },
  }
}

function read(path: string): Map<string, string> {
  const text = readText(path)
  try {
    return parseSecrets(JSON.parse(text))
  } catch (cause) {
    throw new Error(
      `Unable to read the secrets in ${path}; it is not the JSON that the server wrote. Restore it from a backup, or ` +
        'delete it: all users then need new keys.',
      { cause },
    )
  }
}

function readText(path: string): string {
  try {
    // `mode` applies to new files only; a restored file may be readable by all.
    if (statSync(path).mode & accessOfOthers) chmodSync(path, ownerOnly)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`Unable to read the secrets in ${path}; ${describeReadError(cause)}`, { cause })
  }
}

function describeReadError(cause: unknown): string {
  switch (cause instanceof Error && 'code' in cause ? cause.code : undefined) {
    case 'EACCES':
      return 'this user may not read it. Make the user who runs the server its owner (chown), with mode 600.'
    case 'EPERM':
      return 'other users can read it, and this user may not change its mode. Let its owner run chmod 600.'
    case 'EISDIR':
      return 'it is a folder. Move it, and restore the file from a backup.'
    case 'EROFS':
      return 'other users can read it, and its file system is read-only. Mount it writable, or run chmod 600 elsewhere.'
    default:
      return cause instanceof Error ? cause.message : String(cause)
  }
}

function parseSecrets(json: unknown): Map<string, string> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it is not an object')
  const secrets = new Map<string, string>()
  for (const [webhookId, secret] of Object.entries(json)) {
    if (typeof secret !== 'string' || secret === '')
      throw new Error(`the secret of ${webhookId} is missing or empty`)
    secrets.set(webhookId, secret)
  }
  return secrets
}

/** Writes atomically and flushes to disk: a partial file would invalidate the keys of all users. */
function write(path: string, secrets: ReadonlyMap<string, string>): void {
  const json = `${JSON.stringify(Object.fromEntries(secrets), null, 2)}\n`
  try {
    writeFileAtomic.sync(path, json, { mode: ownerOnly })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `Unable to write the secrets to ${path}; ${reason}. Let this user write to its folder, or set encryptionKey.`,
      { cause },
    )
  }
}
