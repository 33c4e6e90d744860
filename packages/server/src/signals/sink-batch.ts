import type { Sink } from './listener.ts'

/** Batches the writes of one publication per sink: one packet and one system call instead of one for each frame. */
export interface SinkBatch {
  /** Holds the sinks that `publish` adds, and releases them after it. */
  run(publish: () => void): void
  /** Does nothing outside of `run`. */
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
        for (const sink of sinks) sink.uncork()
      }
    },
    add: (sink) => {
      if (!held || held.has(sink)) return
      held.add(sink)
      sink.cork()
    },
    release: (sink) => {
      if (!held?.delete(sink)) return false
      sink.uncork()
      return true
    },
  }
}
