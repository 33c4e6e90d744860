import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { SliceBudget } from '../../domain/deletion-rows.ts'
import { createSliceBudget } from '../../domain/deletion.ts'
import { LostTransactionError, type BatchResult } from './batch.ts'
import { holdsDeletions, passSliceGate } from './flush-gate.ts'

/** How much of a deletion one transaction may do: the others that write wait for it. */
const sliceLimits = { rows: 256, bytes: 4 * 1024 * 1024 }

/** Runs the slices of pending deletions between the batches of other requests, until nothing is pending. */
export interface Slices {
  /** For the transaction of a deletion, which does the first slice itself; undefined if it may not. */
  firstBudget(): SliceBudget | undefined
  /** To be called at the start, and after each batch. */
  wake(): void
  /** What is pending stays so until the next start. */
  stop(): void
}

/** Time for other batches after a slice that failed, as on a full disk. */
const retryAfterMs = 1_000

/**
 * @param options.isPending - Whether a deletion has something left to do.
 * @param options.run - Does one slice.
 * @param options.answer - Is given what each slice did, once it is committed.
 * @param options.onFault - Is told of a slice that failed and is tried again.
 * @param options.gate - Holds slices back, in tests.
 */
export function createSlices({
  isPending,
  run,
  answer,
  onFault,
  gate,
}: {
  isPending: () => boolean
  run: (budget: () => SliceBudget) => BatchResult
  answer: (result: BatchResult) => void
  onFault: (fault: unknown) => void
  gate: SharedArrayBuffer | undefined
}): Slices {
  let isRunning = false
  let isStopped = false

  const attempt = (): BatchResult | undefined => {
    try {
      return run(() => createSliceBudget(sliceLimits))
    } catch (fault) {
      if (fault instanceof LostTransactionError) throw fault
      onFault(fault)
      return undefined
    }
  }

  const runAll = async (): Promise<void> => {
    // A batch that arrived goes first: messages are handled before the next immediate.
    for (await nextTurn(); !isStopped && isPending(); await nextTurn()) {
      if (gate) await passSliceGate(gate)
      if (isStopped) break
      const result = attempt()
      if (result) answer(result)
      else await delay(retryAfterMs)
    }
    isRunning = false
  }

  return {
    firstBudget: () => (gate && holdsDeletions(gate) ? undefined : createSliceBudget(sliceLimits)),
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
