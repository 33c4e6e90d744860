import type { Logger } from '../../logger.ts'
import type { Trouble } from './trouble.ts'

/** Logs once when a problem begins and once when it has passed, so that failing requests do not flood the log. */
export interface TroubleLog {
  report(trouble: Trouble, detail: string): void
  /** Call it after a successful write. */
  passed(): void
}

const advice: Readonly<Record<Trouble, string>> = {
  full: 'the disk is full: only deletions are stored until there is room',
  io: 'the database cannot be read or written: check its disk and permissions',
  busy: 'another program has locked the database: close it',
  missing:
    'the database file, or its -wal file, was removed or replaced: nothing is stored until it is back; to use another file, restart',
}

export function createTroubleLog(logger: Logger | undefined): TroubleLog {
  let current: Trouble | undefined
  return {
    report: (trouble, detail) => {
      if (trouble === current) return
      current = trouble
      logger?.error({ trouble, detail }, advice[trouble])
    },
    passed: () => {
      if (current === undefined) return
      logger?.info({ trouble: current }, 'the database can be written again')
      current = undefined
    },
  }
}
