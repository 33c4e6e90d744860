import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { SliceBudget } from '../../domain/deletion-rows.ts'
import { createSliceBudget } from '../../domain/deletion.ts'
import { RollbackError, type BatchResult } from './batch.ts'
import { areDeletionsPaused, waitForSlice } from './commit-barrier.ts'

/** The work of a deletion per transaction. Other writes wait for it. */
const sliceLimits = { rows: 256, bytes: 4 * 1024 * 1024 }

/** Runs slices of pending deletions between the batches of other requests, until none are pending. */
export interface DeletionSlices {
  /** The budget of the first slice, which runs in the transaction of the deletion itself; undefined if it may not. */
  firstBudget(): SliceBudget | undefined
  /** Call it at the start, and after each batch. */
  wake(): void
  /** Pending deletions wait for the next start. */
  stop(): void
}

/** The delay after a failed slice, as on a full disk. */
const retryAfterMs = 1_000

/**
 * @param options.isPending - Whether a deletion is pending.
 * @param options.run - Runs one slice.
 * @param options.answer - Receives the result of each slice after its commit.
 * @param options.onFault - Called when slices begin to fail. They are retried.
 * @param options.gate - Pauses slices in tests.
 */
export function createDeletionSlices({
  isPending,
  run,
  answer: onResult,
  onFault,
  gate,
}: {
  isPending: () => boolean
  run: (budget: () => SliceBudget) => BatchResult
  answer: (result: BatchResult) => void
  onFault: (fault: unknown) => void
  gate: SharedArrayBuffer | undefined
}): DeletionSlices {
  let isRunning = false
  let isStopped = false
  /** Whether the newest slice failed. Slices are retried every second, and one report is enough. */
  let hasFailed = false

  const attempt = (): BatchResult | undefined => {
    try {
      const result = run(() => createSliceBudget(sliceLimits))
      hasFailed = false
      return result
    } catch (fault) {
      if (fault instanceof RollbackError) throw fault
      if (!hasFailed) onFault(fault)
      hasFailed = true
      return undefined
    }
  }

  const runAll = async (): Promise<void> => {
    // Batches that have arrived go first: port messages are handled before the next immediate.
    for (await nextTurn(); !isStopped && isPending(); await nextTurn()) {
      if (gate) await waitForSlice(gate)
      if (isStopped) break
      const result = attempt()
      if (result) onResult(result)
      else await delay(retryAfterMs)
    }
    isRunning = false
  }

  return {
    firstBudget: () => (gate && areDeletionsPaused(gate) ? undefined : createSliceBudget(sliceLimits)),
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
