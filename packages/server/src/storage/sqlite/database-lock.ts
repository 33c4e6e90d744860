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
  const lock = new DatabaseSync(`${realPathOf(path)}.lock`)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;')
  } catch (cause) {
    lock.close()
    throw new Error(`another server is using ${path}; stop it, or choose another file`, { cause })
  }
  return {
    [Symbol.dispose]: () => {
      lock.close()
    },
  }
}

/** Where a file is, or will be once SQLite has made it: at the end of a link that leads to nothing yet. */
function realPathOf(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return join(realpathSync(dirname(path)), basename(path))
  if (!found.isSymbolicLink()) return realpathSync(path)
  return realPathOf(resolve(realpathSync(dirname(path)), readlinkSync(path)))
}
