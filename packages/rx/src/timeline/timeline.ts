import type { ChatError, Message, Payload, UserSignal } from '@parley/core'
import type { ChatMessage, PendingMessage, Sender, StoredMessage, StreamingMessage } from './chat-message.ts'
import { flatten, type Chunks, type Position } from './chunks.ts'
import { finishMap, toMutableMap, type LayeredMap, type MutableLayeredMap } from './layered-map.ts'

/** The messages of one conversation. Immutable: `reduceTimeline` creates a new timeline for each change. */
export interface Timeline extends TimelineFields {
  /** All displayed messages: stored ones, then streaming ones, then pending ones. */
  readonly messages: readonly ChatMessage[]
  /** In server order. */
  readonly stored: readonly StoredMessage[]
}

interface TimelineFields {
  readonly conversationId: string
  /** The local user. */
  readonly userId: string
  /** `stored`, in chunks. */
  readonly storedChunks: Chunks<StoredMessage>
  /** Later duplicates of messages in `stored`: a client without idempotency keys may have sent a message twice. */
  readonly duplicates: Chunks<StoredMessage>
  /** In the order in which the streams started. */
  readonly streaming: readonly StreamingMessage[]
  /** In sending order. */
  readonly pending: readonly PendingMessage[]
  /** An index of all stored messages, including `duplicates`; see `message-index.ts`. */
  readonly index: LayeredMap<readonly StoredMessage[]>
  /** The ids and keys of deleted and discarded messages, and the keys of ended streams. None of them may reappear. */
  readonly tombstones: LayeredMap<true>
  /** The known users by id, including the bot. */
  readonly senders: ReadonlyMap<string, Sender>
}

type DisplayedFields = Pick<TimelineFields, 'storedChunks' | 'streaming' | 'pending'>

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
  /** The keys were just created, so no message has them. */
  isNew?: boolean
  /** The messages were queued before a reload: they precede all others. */
  isRestored?: boolean
}

export interface QueuedMessage {
  key: string
  payload: Payload
  metadata?: Record<string, unknown> | undefined
  error?: ChatError | undefined
}

/** A timeline while an action is applied. Its lists are replaced, never mutated: other timelines share them. */
export type MutableTimeline = {
  -readonly [Key in keyof Omit<TimelineFields, 'index' | 'tombstones'>]: TimelineFields[Key]
} & {
  index: MutableLayeredMap<readonly StoredMessage[]>
  readonly tombstones: MutableLayeredMap<true>
}

export function emptyTimeline(conversationId: string, userId: string): Timeline {
  const lists = { storedChunks: [], duplicates: [], streaming: [], pending: [] }
  return new LazyTimeline({ conversationId, userId, ...lists, index: [], tombstones: [], senders: new Map() })
}

export function toMutable(timeline: Timeline): MutableTimeline {
  return { ...timeline, index: toMutableMap(timeline.index), tombstones: toMutableMap(timeline.tombstones) }
}

/** Makes a timeline immutable again. Returns `previous` if nothing has changed. */
export function finishTimeline(timeline: MutableTimeline, previous: Timeline): Timeline {
  const index = finishMap(timeline.index)
  const tombstones = finishMap(timeline.tombstones)
  const isUnchanged =
    hasSameMessages(timeline, previous) &&
    timeline.duplicates === previous.duplicates &&
    index === previous.index &&
    tombstones === previous.tombstones &&
    timeline.senders === previous.senders
  return isUnchanged ? previous : new LazyTimeline({ ...timeline, index, tombstones }, previous)
}

/** Whether two timelines display the same messages. Does not build `messages`. */
export function hasSameMessages(a: DisplayedFields, b: DisplayedFields): boolean {
  return a.storedChunks === b.storedChunks && a.streaming === b.streaming && a.pending === b.pending
}

/** Whether a message of the bot is streaming. */
export const isAnswering = ({ streaming }: Pick<TimelineFields, 'streaming'>): boolean => streaming.length > 0

/**
 * Builds the arrays on first read: with 50,000 messages, copying the references costs more than all other work for a
 * message.
 *
 * A class, because each object literal with accessors gets its own hidden class, which retains the arrays until the
 * next full garbage collection.
 */
class LazyTimeline implements Timeline {
  declare readonly conversationId: string
  declare readonly userId: string
  declare readonly storedChunks: Timeline['storedChunks']
  declare readonly duplicates: Timeline['duplicates']
  declare readonly streaming: Timeline['streaming']
  declare readonly pending: Timeline['pending']
  declare readonly index: Timeline['index']
  declare readonly tombstones: Timeline['tombstones']
  declare readonly senders: Timeline['senders']
  /** Shared by all timelines that display the same messages. */
  readonly #arrays: { messages?: readonly ChatMessage[]; stored?: readonly StoredMessage[] }

  constructor(fields: TimelineFields, previous?: Timeline) {
    Object.assign(this, fields)
    this.#arrays =
      previous && #arrays in previous && hasSameMessages(fields, previous) ? previous.#arrays : {}
  }

  get messages(): readonly ChatMessage[] {
    const { storedChunks, streaming, pending } = this
    const isAllStored = streaming.length + pending.length === 0
    return (this.#arrays.messages ??= isAllStored
      ? this.stored
      : flatten<ChatMessage>([...storedChunks, streaming, pending]))
  }

  get stored(): readonly StoredMessage[] {
    return (this.#arrays.stored ??= flatten(this.storedChunks))
  }
}
