import type { ChatMessage, StoredMessage, PendingMessage, StreamingMessage } from './chat-message.ts'
import { flatten, type Chunks } from './chunks.ts'
import { draftMap, finishMap, type LayeredMap, type MapDraft } from './layered-map.ts'

/** What is known of one conversation's messages. It is never changed: `fold` makes a new one. */
export interface Timeline extends Parts {
  /** All displayed messages: stored ones, then streaming ones, then unsent ones. */
  readonly messages: readonly ChatMessage[]
  /** In the server's order. */
  readonly sent: readonly StoredMessage[]
}

interface Parts {
  readonly conversationId: string
  /** The local user. */
  readonly userId: string
  /** `sent`, in chunks. */
  readonly sentChunks: Chunks<StoredMessage>
  /** Later copies of messages that are in `sent`: a client that could not know better sent them twice. */
  readonly copies: Chunks<StoredMessage>
  /** In the order in which they were begun. */
  readonly written: readonly StreamingMessage[]
  /** In the order of sending. */
  readonly unsent: readonly PendingMessage[]
  /** An index of all stored messages, including `copies`; see `names.ts`. */
  readonly names: LayeredMap<readonly StoredMessage[]>
  /** What was there and must not come back: ids of deleted messages, their keys, and streams that ended. */
  readonly gone: LayeredMap<true>
}

type Shown = Pick<Parts, 'sentChunks' | 'written' | 'unsent'>

/** A timeline in the making. Its lists are replaced, never changed: others have them. */
export type Draft = { -readonly [Key in keyof Omit<Parts, 'names' | 'gone'>]: Parts[Key] } & {
  readonly names: MapDraft<readonly StoredMessage[]>
  readonly gone: MapDraft<true>
}

export function emptyTimeline(conversationId: string, userId: string): Timeline {
  const lists = { sentChunks: [], copies: [], written: [], unsent: [] }
  return new LazyTimeline({ conversationId, userId, ...lists, names: [], gone: [] })
}

export function draftOf(timeline: Timeline): Draft {
  return { ...timeline, names: draftMap(timeline.names), gone: draftMap(timeline.gone) }
}

/** Turns a draft into a timeline; returns the former one if nothing has changed. */
export function finishDraft(draft: Draft, former: Timeline): Timeline {
  const names = finishMap(draft.names)
  const gone = finishMap(draft.gone)
  const isSame =
    showsSameMessages(draft, former) &&
    draft.copies === former.copies &&
    names === former.names &&
    gone === former.gone
  return isSame ? former : new LazyTimeline({ ...draft, names, gone }, former)
}

/** Whether two timelines show the same messages. Does not build `messages`. */
export function showsSameMessages(one: Shown, other: Shown): boolean {
  return one.sentChunks === other.sentChunks && one.written === other.written && one.unsent === other.unsent
}

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
  declare readonly sentChunks: Timeline['sentChunks']
  declare readonly copies: Timeline['copies']
  declare readonly written: Timeline['written']
  declare readonly unsent: Timeline['unsent']
  declare readonly names: Timeline['names']
  declare readonly gone: Timeline['gone']
  /** Shared by all timelines that show the same messages. */
  readonly #arrays: { messages?: readonly ChatMessage[]; sent?: readonly StoredMessage[] }

  constructor(parts: Parts, former?: Timeline) {
    Object.assign(this, parts)
    this.#arrays = former && #arrays in former && showsSameMessages(parts, former) ? former.#arrays : {}
  }

  get messages(): readonly ChatMessage[] {
    const { sentChunks, written, unsent } = this
    const isAllSent = written.length + unsent.length === 0
    return (this.#arrays.messages ??= isAllSent
      ? this.sent
      : flatten<ChatMessage>([...sentChunks, written, unsent]))
  }

  get sent(): readonly StoredMessage[] {
    return (this.#arrays.sent ??= flatten(this.sentChunks))
  }
}
