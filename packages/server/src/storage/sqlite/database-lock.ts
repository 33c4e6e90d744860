import { DatabaseSync } from 'node:sqlite'

/**
 * INV-8: keeps a second server away from a database file, by a lock that the operating system lets go of when the process ends,
 * however it ends.
 *
 * @throws Error if another server holds it.
 */
export function lockDatabase(path: string): Disposable {
  const lock = new DatabaseSync(`${path}.lock`)
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
