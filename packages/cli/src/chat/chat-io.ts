import type { Readable, Writable } from 'node:stream'

/** Where a chat reads and writes: the process's own streams, or a test's. */
export interface ChatIo {
  readonly stdin: Readable & { isTTY?: boolean }
  readonly stdout: Screen
  readonly stderr: Writable
  /** Aborts when the chat is to end, as by SIGTERM. */
  readonly signal: AbortSignal
}

/** A stream that may be a terminal. */
export interface Screen extends Writable {
  isTTY?: boolean
  columns?: number
  rows?: number
}
