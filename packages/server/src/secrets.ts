import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Where the secrets are kept that nobody gave: beside the database, readable by the owner of the process alone. */
export interface SecretFile {
  /** The secret of a bot, made and written down if it has none yet. */
  secretOf(webhookId: string): string
}

const ownerOnly = 0o600

/** @param databasePath - `:memory:` keeps them no longer than the process lives. */
export function openSecretFile(databasePath: string): SecretFile {
  const path = databasePath === ':memory:' ? undefined : `${databasePath}.keys`
  const secrets = path !== undefined && existsSync(path) ? read(path) : {}
  return {
    secretOf: (webhookId) => {
      const known = secrets[webhookId]
      if (known !== undefined) return known
      const made = randomBytes(32).toString('base64url')
      secrets[webhookId] = made
      if (path !== undefined)
        writeFileSync(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: ownerOnly })
      return made
    },
  }
}

function read(path: string): Record<string, string> {
  try {
    return { ...(JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) }
  } catch (cause) {
    throw new Error(
      `Unable to read the keys in ${path}; it is not the JSON that was written there. Restore it, or delete it: all users then need new keys.`,
      { cause },
    )
  }
}
