import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { errorMessage } from './database-file.ts'
import { DatabaseSync } from './database-sync.ts'

/**
 * INV-8: locks a database file against other servers. The operating system releases the lock when the process ends,
 * even after a crash. Symbolic links to the same file share the lock.
 *
 * @throws Error if another server holds the lock.
 */
export function lockDatabase(path: string): Disposable {
  const file = `${resolveRealPath(path)}.lock`
  const lock = openLock(file)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;')
  } catch (cause) {
    lock.close()
    if (!isBusy(cause)) throw unusableLockFile(file, cause)
    throw new Error('another server is using it. Stop that server, or choose another file', { cause })
  }
  return {
    [Symbol.dispose]: () => {
      lock.close()
    },
  }
}

function openLock(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file)
  } catch (cause) {
    throw unusableLockFile(file, cause)
  }
}

function unusableLockFile(file: string, cause: unknown): Error {
  const reason = errorMessage(cause)
  return new Error(
    `its lock file ${file} cannot be used (${reason}). Make it a file that this user may read and write (chown)`,
    { cause },
  )
}

const sqliteBusy = 5

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'errcode' in cause && Number(cause.errcode) % 256 === sqliteBusy
}

/** The real path of a file, which may not exist yet: SQLite creates the target of a dangling link. */
function resolveRealPath(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (!stats) return join(realpathSync(dirname(path)), basename(path))
  if (!stats.isSymbolicLink()) return realpathSync(path)
  return resolveRealPath(resolve(realpathSync(dirname(path)), readlinkSync(path)))
}
