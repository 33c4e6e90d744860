import type { Sink } from './listener.ts'

/** Batches the writes of one `publish` per sink: one packet and one system call instead of one per frame. */
export interface SinkBatch {
  /** Corks the sinks that are added during `publish`, and uncorks them afterwards. */
  run(publish: () => void): void
  /** Has no effect outside of `run`. */
  add(sink: Sink): void
  /** Uncorks one sink early. @returns Whether it was corked. */
  release(sink: Sink): boolean
}

export function createSinkBatch(): SinkBatch {
  let corked: Set<Sink> | undefined
  return {
    run: (publish) => {
      const sinks = (corked = new Set<Sink>())
      try {
        publish()
      } finally {
        corked = undefined
        for (const sink of sinks) sink.uncork()
      }
    },
    add: (sink) => {
      if (!corked || corked.has(sink)) return
      corked.add(sink)
      sink.cork()
    },
    release: (sink) => {
      if (!corked?.delete(sink)) return false
      sink.uncork()
      return true
    },
  }
}
