import type { Logger } from '../../src/index.ts'

/** Keeps what the server logs out of the test's own output, and whatever it calls an error in sight. */
export interface QuietLogger extends Logger {
  /** What was logged below an error, such as refusals. */
  readonly notes: object[]
  /** What nobody foresaw: a test expects none. */
  readonly faults: object[]
}

export function quietLogger(): QuietLogger {
  const notes: object[] = []
  const faults: object[] = []
  const note = (fields: object): void => {
    notes.push(fields)
  }
  return { notes, faults, info: note, warn: note, error: (fields) => faults.push(fields) }
}
