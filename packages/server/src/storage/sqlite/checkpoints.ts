import type { DatabaseSync } from 'node:sqlite'

/**
 * INV-14: moves what was committed from the write-ahead log into the database file and empties the log: soon after a
 * deletion, as the log still holds what was deleted, and when nothing was written for a moment, so that the file alone
 * is a whole copy.
 */
export interface Checkpoints {
  /** To be called after each commit. */
  committed(options: { hasDeleted: boolean }): void
  /** False if a reader or another program is in the way, or the disk fails. */
  run(): boolean
  stop(): void
}

const afterDeletionMs = 100
const whenIdleMs = 1_000
/** A checkpoint stops the thread; at most a tenth of its time is spent on them while deletions come. */
const restPerWork = 9
/** How long a reader is waited for: the server's own are done sooner. */
const readerTimeoutMs = 20

export function createCheckpoints(
  database: DatabaseSync,
  { busyTimeoutMs }: { busyTimeoutMs: number },
): Checkpoints {
  const truncate = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
  let soon: NodeJS.Timeout | undefined
  let restMs = 0
  let isStopped = false

  const run = (): boolean => {
    database.exec(`PRAGMA busy_timeout = ${readerTimeoutMs}`)
    const start = performance.now()
    try {
      return Number(truncate.get()?.['busy']) === 0
    } catch {
      // Nothing is lost: it is all in the log, and the next commit says what is wrong with the disk.
      return false
    } finally {
      restMs = restPerWork * (performance.now() - start)
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    }
  }
  const runSoon = (delayMs: number): void => {
    if (isStopped || soon) return
    soon = setTimeout(
      () => {
        soon = undefined
        if (!run()) runSoon(whenIdleMs)
      },
      Math.max(delayMs, restMs),
    ).unref()
  }
  // Also for what an earlier process left in the log.
  const idle = setTimeout(() => {
    runSoon(0)
  }, whenIdleMs).unref()

  return {
    committed: ({ hasDeleted }) => {
      idle.refresh()
      if (hasDeleted) runSoon(afterDeletionMs)
    },
    run,
    stop: () => {
      isStopped = true
      clearTimeout(idle)
      clearTimeout(soon)
    },
  }
}
