import type { Readable, Writable } from 'node:stream'
import type { Clock } from '@parley/core'

/** Where a chat reads and writes, and what time it goes by: the process's own, or a test's. */
export interface ChatIo {
  readonly stdin: Readable & { isTTY?: boolean }
  readonly stdout: OutputStream
  readonly stderr: Writable
  /** Aborts when the chat is to end, as by SIGTERM. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** A stream that may be a terminal. */
export interface OutputStream extends Writable {
  isTTY?: boolean
  columns?: number
  rows?: number
}
