import { realpathSync, statSync } from 'node:fs'

/** Checks whether the files of an open database are still at its path: SQLite keeps using a file that was removed. */
export interface FileIdentity {
  isIntact(): boolean
}

/** @param path - Of a database in WAL mode that is open. */
export function identifyFiles(path: string): FileIdentity {
  const real = realpathSync(path)
  const files = [real, `${real}-wal`].map((file) => ({ file, identity: readIdentity(file) }))
  return { isIntact: () => files.every(({ file, identity }) => readIdentity(file) === identity) }
}

function readIdentity(file: string): bigint | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true })
    return ino + (dev << 64n)
  } catch {
    // Missing or inaccessible: in either case it is not the open file.
    return undefined
  }
}
