import type { DatabaseSync } from 'node:sqlite'
import { runCommand, type CommandRequest } from '../../domain/commands.ts'
import { continueDeletions } from '../../domain/deletion.ts'
import type { Change } from '../../domain/records.ts'
import type { SliceBudget } from '../../domain/transaction.ts'
import { ApiError } from '../../wire/api-error.ts'
import { freesSpace, type DiskSpace } from './disk-space.ts'
import type { SqliteTransaction } from './sqlite-transaction.ts'
import { toStorageProblem, type StorageProblem } from './storage-problem.ts'

/** The outcome of a request in a batch. `error` is an unexpected error, such as a bug. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly apiError: { readonly type: ApiError['type']; readonly message: string } }
  | { readonly problem: StorageProblem; readonly detail: string }
  | { readonly error: unknown }

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
  /** Budget for removing rows in the transaction of a deletion; undefined to remove none. */
  readonly firstSliceBudget: () => SliceBudget | undefined
  readonly diskSpace?: DiskSpace
}

/** Thrown when a rollback failed: the caches of the thread may no longer match the database. */
export class RollbackError extends Error {
  override readonly name = 'RollbackError'
}

/**
 * Runs many requests in one transaction, so that they share one flush to the disk (group commit).
 *
 * INV-7: a request that throws `ApiError` has not written anything and does not affect the others. After any other
 * error the whole transaction is rolled back, and each request runs again in a separate transaction.
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
      throw new RollbackError('a transaction could not be rolled back', { cause })
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
    } catch (error) {
      rollback()
      throw error
    }
  }

  /** Runs requests that free space. On a full disk, reclaims the write-ahead log, then releases the reserve file. */
  const withFreedSpace = (work: () => BatchResult): BatchResult => {
    for (const freeSpace of [diskSpace?.reclaimLog, diskSpace?.releaseReserve]) {
      try {
        return work()
      } catch (error) {
        if (toStorageProblem(error) !== 'full' || !freeSpace?.()) throw error
      }
    }
    return work()
  }

  /** Removes all rows of a small deletion, or the first slice of a large one, in the transaction of the deletion. */
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
    } catch (error) {
      if (error instanceof RollbackError) throw error
      return { outcomes: [toOutcome(error)], changes: [] }
    }
  }

  /** After a request fails because the disk is full, skips requests that need space. */
  const runAllIndividually = (requests: readonly CommandRequest[]): BatchResult => {
    let blocked: Outcome | undefined = diskSpace?.isShort() ? diskIsFull : undefined
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
    } catch (error) {
      if (error instanceof ApiError && tx.changes.length === written) return toOutcome(error)
      throw error
    }
  }

  return {
    run: (requests) => {
      if (diskSpace?.isShort()) return runAllIndividually(requests)
      try {
        return inTransaction(() => {
          const outcomes = requests.map(attempt)
          beginDeletions()
          return outcomes
        })
      } catch (error) {
        if (error instanceof RollbackError) throw error
        const problem = toStorageProblem(error)
        // Each request would wait for the lock again.
        if (problem === 'busy') return { outcomes: requests.map(() => toOutcome(error)), changes: [] }
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

const diskIsFull: Outcome = { problem: 'full', detail: 'the reserve file was released' }

function toOutcome(error: unknown): Outcome {
  if (error instanceof ApiError) return { apiError: { type: error.type, message: error.message } }
  const problem = toStorageProblem(error)
  return problem === undefined ? { error } : { problem, detail: String(error) }
}
