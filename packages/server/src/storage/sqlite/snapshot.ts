import type { DatabaseSync } from 'node:sqlite'

/** Runs several reads in one transaction, so that they see the same state of the database. */
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
