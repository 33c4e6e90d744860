import type { DatabaseSync } from 'node:sqlite'
import { ApiError } from '../../domain/api-error.ts'
import { runCommand, type CommandRequest } from '../../domain/commands.ts'
import type { SliceBudget } from '../../domain/deletion-rows.ts'
import { continueDeletions } from '../../domain/deletion.ts'
import type { Change } from '../../domain/records.ts'
import { freesSpace, type DiskSpace } from './disk-space.ts'
import type { SqliteTransaction } from './sqlite-transaction.ts'
import { toStorageProblem, type StorageProblem } from './storage-problem.ts'

/** How one request of a batch ended. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly apiError: { readonly type: ApiError['type']; readonly message: string } }
  | { readonly problem: StorageProblem; readonly detail: string }
  | { readonly fault: unknown }

export interface BatchResult {
  readonly outcomes: Outcome[]
  readonly changes: Change[]
}

export interface BatchRunner {
  run(requests: readonly CommandRequest[]): BatchResult
  /** Runs a slice of the pending deletions in its own transaction. */
  runSlice(budget: () => SliceBudget): BatchResult
}

export interface BatchOptions {
  readonly now: () => number
  readonly beforeCommit?: () => void
  readonly afterCommit?: (commit: { hasDeleted: boolean }) => void
  /** The budget for removing rows in the transaction of a deletion; undefined for none. */
  readonly firstSliceBudget: () => SliceBudget | undefined
  readonly diskSpace?: DiskSpace
}

/** A rollback failed: the thread's caches may no longer match the database. */
export class RollbackError extends Error {
  override readonly name = 'LostTransactionError'
}

/**
 * Runs many requests in one transaction, so that they share one flush to the disk.
 *
 * INV-7: a request that is refused has written nothing yet and leaves the others alone. After any other failure the whole
 * transaction is undone and each request runs again in one of its own.
 */
export function createBatchRunner(
  database: DatabaseSync,
  tx: SqliteTransaction,
  options: BatchOptions,
): BatchRunner {
  const { diskSpace } = options
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')

  const rollback = (): void => {
    try {
      if (database.isTransaction) database.exec('ROLLBACK')
    } catch (cause) {
      throw new RollbackError('a transaction could not be undone', { cause })
    }
    tx.afterRollback()
  }

  const inTransaction = (work: () => Outcome[]): BatchResult => {
    tx.begin(options.now())
    begin.run()
    try {
      const outcomes = work()
      options.beforeCommit?.()
      commit.run()
      options.afterCommit?.({ hasDeleted: tx.hasDeleted })
      return { outcomes, changes: tx.changes }
    } catch (fault) {
      rollback()
      throw fault
    }
  }

  /** Runs requests that free space. On a full disk it first reclaims the write-ahead log, then the reserve. */
  const withFreedSpace = (work: () => BatchResult): BatchResult => {
    for (const freeSpace of [diskSpace?.reclaimLog, diskSpace?.releaseReserve]) {
      try {
        return work()
      } catch (fault) {
        if (toStorageProblem(fault) !== 'full' || !freeSpace?.()) throw fault
      }
    }
    return work()
  }

  /** The transaction of a deletion also removes the rows of a small deletion, or the first slice of a large one. */
  const beginDeletions = (): void => {
    const budget = tx.changes.some(({ type }) => type !== 'appended') ? options.firstSliceBudget() : undefined
    if (budget) continueDeletions(tx, budget)
  }

  const runIndividually = (request: CommandRequest): BatchResult => {
    const work = (): BatchResult =>
      inTransaction(() => {
        const value = runCommand(tx, request)
        beginDeletions()
        return [{ value }]
      })
    try {
      return freesSpace(request) ? withFreedSpace(work) : work()
    } catch (fault) {
      if (fault instanceof RollbackError) throw fault
      return { outcomes: [toOutcome(fault)], changes: [] }
    }
  }

  /** Once the disk was full for one request, requests that need space are not tried. */
  const runAllIndividually = (requests: readonly CommandRequest[]): BatchResult => {
    let blocked: Outcome | undefined = diskSpace?.diskIsShort() ? isShort : undefined
    if (blocked && !requests.every(freesSpace)) diskSpace?.restoreReserve()
    const results = requests.map((request): BatchResult => {
      if (blocked && !freesSpace(request)) return { outcomes: [blocked], changes: [] }
      const result = runIndividually(request)
      blocked ??= result.outcomes.find((outcome) => 'problem' in outcome)
      return result
    })
    return {
      outcomes: results.flatMap((result) => result.outcomes),
      changes: results.flatMap((result) => result.changes),
    }
  }

  const attempt = (request: CommandRequest): Outcome => {
    const written = tx.changes.length
    try {
      return { value: runCommand(tx, request) }
    } catch (fault) {
      if (fault instanceof ApiError && tx.changes.length === written) return toOutcome(fault)
      throw fault
    }
  }

  return {
    run: (requests) => {
      if (diskSpace?.diskIsShort()) return runAllIndividually(requests)
      try {
        return inTransaction(() => {
          const outcomes = requests.map(attempt)
          beginDeletions()
          return outcomes
        })
      } catch (fault) {
        if (fault instanceof RollbackError) throw fault
        const problem = toStorageProblem(fault)
        // Each further request would wait for the lock as well.
        if (problem === 'busy') return { outcomes: requests.map(() => toOutcome(fault)), changes: [] }
        if (problem) diskSpace?.reclaimLog()
        return runAllIndividually(requests)
      }
    },
    runSlice: (budget) =>
      withFreedSpace(() =>
        inTransaction(() => {
          tx.hasDeleted = true
          continueDeletions(tx, budget())
          return []
        }),
      ),
  }
}

const isShort: Outcome = { problem: 'full', detail: 'the disk reserve has been released' }

function toOutcome(fault: unknown): Outcome {
  if (fault instanceof ApiError) return { apiError: { type: fault.type, message: fault.message } }
  const problem = toStorageProblem(fault)
  return problem === undefined ? { fault } : { problem, detail: String(fault) }
}
