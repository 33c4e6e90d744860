import type { Readable, Writable } from 'node:stream'
import type { Clock } from '@parley/core'

/** The streams, abort signal and clock of a chat. Tests pass their own. */
export interface ChatIo {
  readonly stdin: Readable & { isTTY?: boolean }
  readonly stdout: OutputStream
  readonly stderr: Writable
  /** Aborts to end the chat, for example on SIGTERM. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** A writable stream that may be a terminal. */
export interface OutputStream extends Writable {
  isTTY?: boolean
  columns?: number
  rows?: number
}
