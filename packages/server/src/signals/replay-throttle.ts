import type { Sink } from './listener.ts'
import { createSendBudget, type SendBudget } from './send-budget.ts'
import { createTimeSlices } from './time-slices.ts'

/** Limits the CPU time and memory of replays, however many run at once. */
export interface ReplayThrottle {
  /** Runs one read of the log and the writes of its entries. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Waits until little unsent data is left, or the connection has closed. */
  drained(sink: Sink): Promise<void>
}

export function createReplayThrottle(budget: SendBudget = createSendBudget()): ReplayThrottle {
  const slices = createTimeSlices()
  return {
    run: (work) => slices.run(work),
    drained: async (sink) => {
      const bytes = sink.bufferedBytes()
      if (bytes === 0) return
      const release = budget.reserve(bytes, () => {
        sink.destroy()
      })
      await sink.drained()
      release()
    },
  }
}
