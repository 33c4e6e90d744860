import type { DatabaseSync } from 'node:sqlite'

/** Runs several reads in one transaction: they see the database at one moment. */
export type Snapshot = <T>(read: () => T) => T

export function createSnapshot(database: DatabaseSync): Snapshot {
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')
  return (read) => {
    begin.run()
    try {
      return read()
    } finally {
      commit.run()
    }
  }
}
