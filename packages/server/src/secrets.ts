import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** Where the secrets are kept that nobody gave: beside the database, readable by the owner of the process alone. */
export interface SecretFile {
  /** Undefined for secrets that are kept no longer than the process lives. */
  readonly path: string | undefined
  find(webhookId: string): string | undefined
  /** Makes a secret for a bot that has none yet, and writes it down. */
  make(webhookId: string): string
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
    make: (webhookId) => {
      const made = randomBytes(32).toString('base64url')
      secrets.set(webhookId, made)
      if (path !== undefined) write(path, secrets)
      return made
    },
  }
}

function read(path: string): Map<string, string> {
  // The mode of a write counts for a new file only: one that was restored from a copy may be open to all.
  if (statSync(path).mode & othersMayRead) chmodSync(path, ownerOnly)
  try {
    return secretsIn(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new Error(
      `Unable to read the keys in ${path}; it is not the JSON that was written there. Restore it, or delete it: all users then need new keys.`,
      { cause },
    )
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
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
