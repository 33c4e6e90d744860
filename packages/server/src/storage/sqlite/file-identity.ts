import { realpathSync, statSync } from 'node:fs'

/**
 * Tells whether the files of an open database are still the ones at its path: SQLite goes on with a file that was
 * removed.
 */
export interface FileIdentity {
  isIntact(): boolean
}

/** @param path - Of a database in WAL mode that is open. */
export function identifyFiles(path: string): FileIdentity {
  const real = realpathSync(path)
  const files = [real, `${real}-wal`].map((file) => ({ file, identity: identityOf(file) }))
  return { isIntact: () => files.every(({ file, identity }) => identityOf(file) === identity) }
}

function identityOf(file: string): bigint | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true })
    return ino + (dev << 64n)
  } catch {
    // Not there, or not to be seen: either way it is not the file that is open.
    return undefined
  }
}
