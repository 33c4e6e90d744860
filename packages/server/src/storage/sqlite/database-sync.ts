import type * as sqlite from 'node:sqlite'

/** A connection of `node:sqlite`. */
export const DatabaseSync: typeof sqlite.DatabaseSync = loadSqlite().DatabaseSync
export type DatabaseSync = sqlite.DatabaseSync

/**
 * Node 22 and 24 warn on stderr that `node:sqlite` is experimental, in every thread that loads it. Our users cannot
 * act on that, and our tests run on the lowest supported version. Other warnings are unaffected.
 */
function loadSqlite(): typeof sqlite {
  // oxlint-disable-next-line typescript/unbound-method -- It is assigned back, not called.
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}
