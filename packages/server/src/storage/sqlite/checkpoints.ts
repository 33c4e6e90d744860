import type { DatabaseSync } from 'node:sqlite'

/**
 * INV-14: copies commits from the write-ahead log to the database file and truncates the log.
 *
 * Runs soon after a deletion, as the log still contains the deleted text, and after a second without writes, so that
 * the file is complete without its log.
 */
export interface Checkpoints {
  /** Call it after each commit. */
  afterCommit(options: { hasDeleted: boolean }): void
  /** Returns false if a reader or another program prevents it, or the disk fails. */
  run(): boolean
  stop(): void
}

const deletionDelayMs = 100
const idleDelayMs = 1_000
/** Checkpoints block the thread. The pause after one is at least this many times as long as it took. */
const restRatio = 9
/** How long to wait for readers. Those of the server finish sooner. */
const readerTimeoutMs = 20

export function createCheckpoints(
  database: DatabaseSync,
  { busyTimeoutMs }: { busyTimeoutMs: number },
): Checkpoints {
  const truncate = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
  let timer: NodeJS.Timeout | undefined
  let restMs = 0
  let isStopped = false

  const run = (): boolean => {
    database.exec(`PRAGMA busy_timeout = ${readerTimeoutMs}`)
    const start = performance.now()
    try {
      return Number(truncate.get()?.['busy']) === 0
    } catch {
      // Nothing is lost: the log contains everything, and the next commit reports the disk's error.
      return false
    } finally {
      restMs = restRatio * (performance.now() - start)
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    }
  }
  const schedule = (delayMs: number): void => {
    if (isStopped || timer) return
    timer = setTimeout(
      () => {
        timer = undefined
        if (!run()) schedule(idleDelayMs)
      },
      Math.max(delayMs, restMs),
    ).unref()
  }
  // An earlier process may have left commits in the log.
  const idle = setTimeout(() => {
    schedule(0)
  }, idleDelayMs).unref()

  return {
    afterCommit: ({ hasDeleted }) => {
      idle.refresh()
      if (hasDeleted) schedule(deletionDelayMs)
    },
    run,
    stop: () => {
      isStopped = true
      clearTimeout(idle)
      clearTimeout(timer)
    },
  }
}
