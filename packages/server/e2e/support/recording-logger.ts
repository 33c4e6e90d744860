import type { Logger } from '../../src/index.ts'

/** Records log entries instead of printing them. */
export interface RecordingLogger extends Logger {
  /** Entries below the level of an error, such as rejected requests. */
  readonly entries: object[]
  readonly errors: object[]
}

export function createRecordingLogger(): RecordingLogger {
  const entries: object[] = []
  const errors: object[] = []
  const record = (fields: object): void => {
    entries.push(fields)
  }
  return { entries, errors, info: record, warn: record, error: (fields) => errors.push(fields) }
}
