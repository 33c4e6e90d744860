import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * INV-8: keeps a second server away from a database file, by a lock that the operating system lets go of when the process ends,
 * however it ends. The file counts, whatever links lead to it.
 *
 * @throws Error if another server holds it.
 */
export function lockDatabase(path: string): Disposable {
  const file = `${resolveRealPath(path)}.lock`
  const lock = openLock(file)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;')
  } catch (cause) {
    lock.close()
    if (!isBusy(cause)) throw unusableLockFile(file, cause)
    throw new Error(`another server is using ${path}; stop it, or choose another file`, { cause })
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
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Error(
    `its lock file ${file} cannot be used (${reason}). Make it a file that this user may read and write (chown)`,
    { cause },
  )
}

const sqliteBusy = 5

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'errcode' in cause && Number(cause.errcode) % 256 === sqliteBusy
}

/** Where a file is, or will be once SQLite has made it: at the end of a link that leads to nothing yet. */
function resolveRealPath(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return join(realpathSync(dirname(path)), basename(path))
  if (!found.isSymbolicLink()) return realpathSync(path)
  return resolveRealPath(resolve(realpathSync(dirname(path)), readlinkSync(path)))
}
