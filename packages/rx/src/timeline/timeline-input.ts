import type { ChatError, Message, Payload, UserSignal } from '@parley/core'
import type { Position } from './position.ts'
import type { Timeline } from './timeline.ts'

/** All that can change a timeline. Signals that do not concern messages change nothing. */
export type TimelineInput = UserSignal | PageInput | DoubtInput | SendInput

/**
 * Messages that were listed without a gap between them, the newest first. What the timeline showed when they were asked for,
 * and is not among them though it should, has been deleted.
 */
export interface PageInput {
  type: 'page'
  messages: readonly Message[]
  /** The timeline at the moment of asking: what it had not seen then may just have been sent. */
  asked: Timeline
  /** They begin after this one, the oldest of the page before. Default: with the newest of all. */
  below?: Position | undefined
  /** There are no older ones, or a gap lies between these and what is older: that is forgotten. */
  isEnd: boolean
}

/**
 * `doubt`: the connection is gone, or a new one is open; what is still being written is announced anew on the next, each message with
 * its text so far. `announced`: all of them have been.
 */
interface DoubtInput {
  type: 'doubt' | 'announced'
}

/** What became of an own message. `key` is its `metadata.clientMessageId`. */
export type SendInput =
  | QueuedInput
  | { type: 'answered'; key: string; message: Message }
  | { type: 'failed'; key: string; error: ChatError }
  | { type: 'retried'; key: string }
  | { type: 'discarded'; key: string }

export interface QueuedInput {
  type: 'queued'
  /** In the order of sending; some may be known. */
  sends: readonly UnsentInput[]
  /** From before a reload: sent before anything else. */
  isRestored?: boolean
}

export interface UnsentInput {
  key: string
  payload: Payload
  metadata?: Record<string, unknown> | undefined
  error?: ChatError | undefined
}
