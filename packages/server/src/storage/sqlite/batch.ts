import type { DatabaseSync } from 'node:sqlite'
import { ApiError } from '../../domain/api-error.ts'
import { runCommand, type Request } from '../../domain/commands.ts'
import type { SliceBudget } from '../../domain/deletion-rows.ts'
import { continueDeletions } from '../../domain/deletion.ts'
import type { Effect } from '../../domain/records.ts'
import { freesSpace, type DiskSpace } from './disk-space.ts'
import type { SqliteTransaction } from './sqlite-transaction.ts'
import { storageProblemOf, type StorageProblem } from './storage-problem.ts'

/** How one request of a batch ended. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly refusal: { readonly type: ApiError['type']; readonly message: string } }
  | { readonly problem: StorageProblem; readonly detail: string }
  | { readonly fault: unknown }

export interface BatchResult {
  readonly outcomes: Outcome[]
  readonly effects: Effect[]
}

export interface BatchRunner {
  run(requests: readonly Request[]): BatchResult
  /** Runs a slice of the pending deletions in its own transaction. */
  runSlice(budget: () => SliceBudget): BatchResult
}

export interface BatchOptions {
  readonly now: () => number
  readonly beforeCommit?: () => void
  readonly afterCommit?: (commit: { hasDeleted: boolean }) => void
  /** The budget for removing rows in the transaction of a deletion; undefined for none. */
  readonly firstBudget: () => SliceBudget | undefined
  readonly diskSpace?: DiskSpace
}

/** A rollback failed: the thread's caches may no longer match the database. */
export class LostTransactionError extends Error {
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

  const undo = (): void => {
    try {
      if (database.isTransaction) database.exec('ROLLBACK')
    } catch (cause) {
      throw new LostTransactionError('a transaction could not be undone', { cause })
    }
    tx.undone()
  }

  const inTransaction = (work: () => Outcome[]): BatchResult => {
    tx.begin(options.now())
    begin.run()
    try {
      const outcomes = work()
      options.beforeCommit?.()
      commit.run()
      options.afterCommit?.({ hasDeleted: tx.hasDeleted })
      return { outcomes, effects: tx.effects }
    } catch (fault) {
      undo()
      throw fault
    }
  }

  /** Runs requests that free space. On a full disk it first reclaims the write-ahead log, then the reserve. */
  const withFreedSpace = (work: () => BatchResult): BatchResult => {
    for (const freeSpace of [diskSpace?.reclaim, diskSpace?.releaseReserve]) {
      try {
        return work()
      } catch (fault) {
        if (storageProblemOf(fault) !== 'full' || !freeSpace?.()) throw fault
      }
    }
    return work()
  }

  /** The transaction of a deletion also removes the rows of a small deletion, or the first slice of a large one. */
  const beginDeletions = (): void => {
    const budget = tx.effects.some(({ type }) => type !== 'appended') ? options.firstBudget() : undefined
    if (budget) continueDeletions(tx, budget)
  }

  const alone = (request: Request): BatchResult => {
    const work = (): BatchResult =>
      inTransaction(() => {
        const value = runCommand(tx, request)
        beginDeletions()
        return [{ value }]
      })
    try {
      return freesSpace(request) ? withFreedSpace(work) : work()
    } catch (fault) {
      if (fault instanceof LostTransactionError) throw fault
      return { outcomes: [outcomeOf(fault)], effects: [] }
    }
  }

  /** Once the disk was full for one request, requests that need space are not tried. */
  const eachAlone = (requests: readonly Request[]): BatchResult => {
    let blocked: Outcome | undefined = diskSpace?.isShort() ? isShort : undefined
    if (blocked && !requests.every(freesSpace)) diskSpace?.recover()
    const results = requests.map((request): BatchResult => {
      if (blocked && !freesSpace(request)) return { outcomes: [blocked], effects: [] }
      const result = alone(request)
      blocked ??= result.outcomes.find((outcome) => 'problem' in outcome)
      return result
    })
    return {
      outcomes: results.flatMap((result) => result.outcomes),
      effects: results.flatMap((result) => result.effects),
    }
  }

  const attempt = (request: Request): Outcome => {
    const written = tx.effects.length
    try {
      return { value: runCommand(tx, request) }
    } catch (fault) {
      if (fault instanceof ApiError && tx.effects.length === written) return outcomeOf(fault)
      throw fault
    }
  }

  return {
    run: (requests) => {
      if (diskSpace?.isShort()) return eachAlone(requests)
      try {
        return inTransaction(() => {
          const outcomes = requests.map(attempt)
          beginDeletions()
          return outcomes
        })
      } catch (fault) {
        if (fault instanceof LostTransactionError) throw fault
        const problem = storageProblemOf(fault)
        // Each further request would wait for the lock as well.
        if (problem === 'busy') return { outcomes: requests.map(() => outcomeOf(fault)), effects: [] }
        if (problem) diskSpace?.reclaim()
        return eachAlone(requests)
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

function outcomeOf(fault: unknown): Outcome {
  if (fault instanceof ApiError) return { refusal: { type: fault.type, message: fault.message } }
  const problem = storageProblemOf(fault)
  return problem === undefined ? { fault } : { problem, detail: String(fault) }
}
