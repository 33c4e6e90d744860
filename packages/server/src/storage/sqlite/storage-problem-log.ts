import type { Logger } from '../../logger.ts'
import type { StorageProblem } from './storage-problem.ts'

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
