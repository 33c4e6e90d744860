import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { createSliceBudget } from '../../domain/deletion.ts'
import type { SliceBudget } from '../../domain/transaction.ts'
import { areDeletionsPaused, waitForSlice } from '../commit-barrier.ts'
import { RollbackError, type BatchResult } from './batch.ts'

/** The maximum work of a slice. Other writes wait for its transaction. */
const sliceLimits = { rows: 256, bytes: 4 * 1024 * 1024 }

/** Runs slices of pending deletions between the batches of other requests, until none are pending. */
export interface DeletionSlices {
  /** Budget for the first slice, which runs in the transaction of the deletion; undefined while slices are paused. */
  firstSliceBudget(): SliceBudget | undefined
  /** Starts running slices if deletions are pending. Call it at startup and after each batch. */
  wake(): void
  /** Pending deletions continue at the next startup. */
  stop(): void
}

/** Delay after a failed slice, for example on a full disk. */
const retryDelayMs = 1_000

/**
 * @param options.isPending - Whether a deletion is pending.
 * @param options.run - Runs one slice.
 * @param options.onResult - Receives the result of each slice after its commit.
 * @param options.onError - Called when slices begin to fail. They are retried.
 * @param options.commitBarrier - Pauses slices in tests.
 */
export function createDeletionSlices({
  isPending,
  run,
  onResult,
  onError,
  commitBarrier,
}: {
  isPending: () => boolean
  run: (budget: () => SliceBudget) => BatchResult
  onResult: (result: BatchResult) => void
  onError: (error: unknown) => void
  commitBarrier: SharedArrayBuffer | undefined
}): DeletionSlices {
  let isRunning = false
  let isStopped = false
  /** Whether the last slice failed. Reports only the first failure of a series. */
  let hasFailed = false

  const attempt = (): BatchResult | undefined => {
    try {
      const result = run(() => createSliceBudget(sliceLimits))
      hasFailed = false
      return result
    } catch (error) {
      if (error instanceof RollbackError) throw error
      if (!hasFailed) onError(error)
      hasFailed = true
      return undefined
    }
  }

  const runAll = async (): Promise<void> => {
    // Yields to batches that have arrived: port messages are handled before the next immediate.
    for (await nextTurn(); !isStopped && isPending(); await nextTurn()) {
      if (commitBarrier) await waitForSlice(commitBarrier)
      if (isStopped) break
      const result = attempt()
      if (result) onResult(result)
      else await delay(retryDelayMs)
    }
    isRunning = false
  }

  return {
    firstSliceBudget: () =>
      commitBarrier && areDeletionsPaused(commitBarrier) ? undefined : createSliceBudget(sliceLimits),
    wake: () => {
      if (isRunning || isStopped || !isPending()) return
      isRunning = true
      void runAll()
    },
    stop: () => {
      isStopped = true
    },
  }
}
