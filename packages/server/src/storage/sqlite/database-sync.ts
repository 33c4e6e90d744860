import type * as sqlite from 'node:sqlite'

/** A connection of `node:sqlite`. */
export const DatabaseSync: typeof sqlite.DatabaseSync = loadSqlite().DatabaseSync
export type DatabaseSync = sqlite.DatabaseSync

/**
 * Node 22 and 24 warn on stderr that `node:sqlite` is experimental, in every thread that loads it. Our users cannot
 * act on that, and our tests run on the lowest supported version. Other warnings are unaffected.
 */
function loadSqlite(): typeof sqlite {
  assertNodeVersion(process.versions.node)
  // oxlint-disable-next-line typescript/unbound-method -- It is assigned back, not called.
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

/**
 * Node 20 has no `node:sqlite`. That of 22.18 and 22.19 rejects the values of numbered parameters, so that a server
 * would start, but fail in every stream and turn.
 */
export function assertNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 20))
    throw new Error(
      `Unable to load @parley/server; it requires Node 22.20 or later, and this is ${version}. Update Node.`,
    )
}
