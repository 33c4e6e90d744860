import type { Logger } from '../../logger.ts'
import { ApiError } from '../../wire/api-error.ts'

/** Temporary problems of the database. Each may be resolved without a restart. */
export type StorageProblem = 'full' | 'io' | 'busy' | 'missing'

/** Primary result codes of SQLite: https://www.sqlite.org/rescode.html */
const problems: Readonly<Record<number, StorageProblem>> = {
  5: 'busy', // SQLITE_BUSY
  6: 'busy', // SQLITE_LOCKED
  8: 'io', // SQLITE_READONLY
  10: 'io', // SQLITE_IOERR
  13: 'full', // SQLITE_FULL
  14: 'io', // SQLITE_CANTOPEN
  15: 'busy', // SQLITE_PROTOCOL
}

const messages: Readonly<Record<StorageProblem, string>> = {
  full: "Unable to store the request; the server's disk is full. Try again later.",
  io: "Unable to use the database; the server's disk failed. Try again later.",
  busy: 'Unable to use the database; another program has locked it. Try again in a moment.',
  missing: 'Unable to store the request; the database file was removed or replaced. Try again later.',
}

/** Classifies an error of SQLite. Returns undefined for other errors, such as bugs. */
export function toStorageProblem(error: unknown): StorageProblem | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  // The higher bits contain the extended code.
  return problems[Number(error.errcode) & 0xff]
}

export function unavailableError(problem: StorageProblem, options?: ErrorOptions): ApiError {
  return new ApiError('Unavailable', messages[problem], options)
}

/** Logs once when a problem begins and once when it is resolved, so that failing requests do not flood the log. */
export interface StorageProblemLog {
  report(problem: StorageProblem, detail: string): void
  /** Call it after a successful write. */
  resolved(): void
}

const advice: Readonly<Record<StorageProblem, string>> = {
  full: 'the disk is full: only deletions are stored until space is free',
  io: 'the database cannot be read or written: check its disk and permissions',
  busy: 'another program has locked the database: close it',
  missing:
    'the database file, or its -wal file, was removed or replaced: nothing is stored until it is restored; ' +
    'to use another file, restart',
}

export function createStorageProblemLog(logger: Logger | undefined): StorageProblemLog {
  let current: StorageProblem | undefined
  return {
    report: (problem, detail) => {
      if (problem === current) return
      current = problem
      logger?.error({ problem, detail }, advice[problem])
    },
    resolved: () => {
      if (current === undefined) return
      logger?.info({ problem: current }, 'the database is writable again')
      current = undefined
    },
  }
}
