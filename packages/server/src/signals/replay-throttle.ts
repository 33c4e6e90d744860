import { setImmediate as nextIteration } from 'node:timers/promises'
import type { Sink } from './listeners.ts'
import { type SendBudget, createSendBudget } from './send-budget.ts'

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

/** Runs tasks one at a time and yields to the event loop every few milliseconds. */
interface TimeSlices {
  run<T>(work: () => Promise<T>): Promise<T>
}

const sliceMs = 5

function createTimeSlices(): TimeSlices {
  const queue: (() => Promise<void>)[] = []
  let isRunning = false

  const runAll = async (): Promise<void> => {
    let end = performance.now() + sliceMs
    for (let work = queue.shift(); work; work = queue.shift()) {
      await work()
      if (performance.now() < end) continue
      await nextIteration()
      end = performance.now() + sliceMs
    }
    isRunning = false
  }

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        queue.push(() => work().then(resolve, reject))
        if (isRunning) return
        isRunning = true
        void runAll()
      }),
  }
}
