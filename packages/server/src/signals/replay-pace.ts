import type { Sink } from './listener.ts'
import { createSendBudget, type SendBudget } from './send-budget.ts'
import { createTimeSlices } from './time-slices.ts'

/** Limits the time and memory of replays, however many run at once. */
export interface ReplayPace {
  /** Runs one read of the log and its writes. */
  step<T>(work: () => Promise<T>): Promise<T>
  /** Waits until little unsent data is left, or the connection is closed. */
  drained(sink: Sink): Promise<void>
}

export function createReplayPace(budget: SendBudget = createSendBudget()): ReplayPace {
  const slices = createTimeSlices()
  return {
    step: (work) => slices.run(work),
    drained: async (sink) => {
      const bytes = sink.bufferedBytes()
      if (bytes === 0) return
      const release = budget.hold(bytes, () => {
        sink.cut()
      })
      await sink.drained()
      release()
    },
  }
}
