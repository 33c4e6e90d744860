import type { Sink } from './listener.ts'

/** Sends what is written to a sink during one publication together: one packet and one system call, not one for each frame. */
export interface SinkBatch {
  /** Holds the sinks that `publish` adds, and releases them after it. */
  run(publish: () => void): void
  /** Outside `run`, does nothing. */
  add(sink: Sink): void
  /** Releases one sink early. @returns Whether it was held. */
  release(sink: Sink): boolean
}

export function createSinkBatch(): SinkBatch {
  let held: Set<Sink> | undefined
  return {
    run: (publish) => {
      const sinks = (held = new Set<Sink>())
      try {
        publish()
      } finally {
        held = undefined
        for (const sink of sinks) sink.release()
      }
    },
    add: (sink) => {
      if (!held || held.has(sink)) return
      held.add(sink)
      sink.hold()
    },
    release: (sink) => {
      if (!held?.delete(sink)) return false
      sink.release()
      return true
    },
  }
}
