import { setImmediate as nextIteration } from 'node:timers/promises'

/** Runs tasks one at a time and yields to the event loop every few milliseconds. */
export interface TimeSlices {
  run<T>(work: () => Promise<T>): Promise<T>
}

const sliceMs = 5

export function createTimeSlices(): TimeSlices {
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
