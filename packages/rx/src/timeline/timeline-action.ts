import type { ChatError, Message, Payload, UserSignal } from '@parley/core'
import type { Sender } from './chat-message.ts'
import type { Position } from './position.ts'
import type { Timeline } from './timeline.ts'

/** Everything that can change a timeline. Signals that do not concern messages change nothing. */
export type TimelineAction = UserSignal | PageAction | StreamsAction | SendAction | SendersAction

/**
 * Listed messages without a gap between them, newest first. A message of `snapshot` that is missing from the listed
 * range has been deleted.
 */
export interface PageAction {
  type: 'page'
  messages: readonly Message[]
  /** The timeline when the page was requested. Messages that it does not contain may be newer than the page. */
  snapshot: Timeline
  /** The oldest message of the previous page: this page starts below it. Default: the page starts with the newest. */
  before?: Position | undefined
  /** No older messages exist, or a gap follows: older messages are dropped. */
  isEnd: boolean
}

/**
 * `streams_stale`: the connection was lost or replaced. Each new connection announces all open streams with their text
 * so far. `streams_announced`: it has announced all of them.
 */
interface StreamsAction {
  type: 'streams_stale' | 'streams_announced'
}

/** Profiles of users or of the bot were loaded. Later profiles replace earlier ones. */
interface SendersAction {
  type: 'senders_loaded'
  senders: readonly Sender[]
}

/** A step in sending an own message. `key` is its `metadata.clientMessageId`. */
export type SendAction =
  | QueuedAction
  | { type: 'sent'; key: string; message: Message }
  | { type: 'failed'; key: string; error: ChatError }
  | { type: 'retried'; key: string }
  | { type: 'discarded'; key: string }

export interface QueuedAction {
  type: 'queued'
  /** In sending order. Messages that the timeline already contains are ignored. */
  messages: readonly QueuedMessage[]
  /** The messages were queued before a reload: they precede all others. */
  isRestored?: boolean
}

export interface QueuedMessage {
  key: string
  payload: Payload
  metadata?: Record<string, unknown> | undefined
  error?: ChatError | undefined
}
