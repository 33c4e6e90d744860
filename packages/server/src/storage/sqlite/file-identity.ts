import { realpathSync, statSync } from 'node:fs'

/** Checks whether the files of an open database are still at their path: SQLite keeps using a removed file. */
export interface FileIdentity {
  isIntact(): boolean
}

/** @param path - Path of an open database in WAL mode. */
export function identifyFiles(path: string): FileIdentity {
  const realPath = realpathSync(path)
  const files = [realPath, `${realPath}-wal`].map((file) => ({ file, identity: readIdentity(file) }))
  return { isIntact: () => files.every(({ file, identity }) => readIdentity(file) === identity) }
}

function readIdentity(file: string): bigint | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true })
    return ino + (dev << 64n)
  } catch {
    // A missing or inaccessible file is not the open file.
    return undefined
  }
}
