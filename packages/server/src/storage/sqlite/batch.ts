import type { DatabaseSync } from 'node:sqlite'
import { runCommand, type Request } from '../../domain/commands.ts'
import type { SliceBudget } from '../../domain/deletion-rows.ts'
import { continueDeletions } from '../../domain/deletion.ts'
import type { Effect } from '../../domain/records.ts'
import { Refusal } from '../../domain/refusal.ts'
import type { SqliteTransaction } from './sqlite-transaction.ts'

/** How one request of a batch ended. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly refusal: { readonly type: Refusal['type']; readonly message: string } }
  | { readonly fault: unknown }

export interface BatchResult {
  readonly outcomes: Outcome[]
  readonly effects: Effect[]
}

export interface BatchRunner {
  run(requests: readonly Request[]): BatchResult
  /** Does a slice of what deletions have left to do, in a transaction of its own. */
  runSlice(budget: SliceBudget): BatchResult
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
  options: {
    now: () => number
    beforeCommit: () => void
    /** For what the transaction of a deletion does of its slices; undefined for nothing. */
    firstBudget: () => SliceBudget | undefined
  },
): BatchRunner {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')

  const inTransaction = (work: () => Outcome[]): BatchResult => {
    tx.begin(options.now())
    begin.run()
    try {
      const outcomes = work()
      options.beforeCommit()
      commit.run()
      return { outcomes, effects: tx.effects }
    } catch (fault) {
      if (database.isTransaction) database.exec('ROLLBACK')
      tx.undone()
      throw fault
    }
  }

  /** A small deletion is done in the transaction of its command, the first part of a large one. */
  const beginDeletions = (): void => {
    const budget = tx.effects.some(({ type }) => type !== 'appended') ? options.firstBudget() : undefined
    if (budget) continueDeletions(tx, budget)
  }

  const alone = (request: Request): BatchResult => {
    try {
      return inTransaction(() => {
        const value = runCommand(tx, request)
        beginDeletions()
        return [{ value }]
      })
    } catch (fault) {
      return { outcomes: [outcomeOf(fault)], effects: [] }
    }
  }

  const attempt = (request: Request): Outcome => {
    const written = tx.effects.length
    try {
      return { value: runCommand(tx, request) }
    } catch (fault) {
      if (fault instanceof Refusal && tx.effects.length === written) return outcomeOf(fault)
      throw fault
    }
  }

  return {
    run: (requests) => {
      try {
        return inTransaction(() => {
          const outcomes = requests.map(attempt)
          beginDeletions()
          return outcomes
        })
      } catch {
        const results = requests.map(alone)
        return {
          outcomes: results.flatMap((result) => result.outcomes),
          effects: results.flatMap((result) => result.effects),
        }
      }
    },
    runSlice: (budget) =>
      inTransaction(() => {
        continueDeletions(tx, budget)
        return []
      }),
  }
}

function outcomeOf(fault: unknown): Outcome {
  return fault instanceof Refusal ? { refusal: { type: fault.type, message: fault.message } } : { fault }
}
