import type { ConnectedUser } from '@parley/core'
import type { Observable } from 'rxjs'
import type { ConversationSource } from '../source/conversation-source.ts'
import type { Place } from '../source/stream-source.ts'
import type { SendInput } from '../timeline/timeline-input.ts'
import type { Timeline } from '../timeline/timeline.ts'

/** What the tabs of one user have in common. Pass it on: its methods are for the observables of this package. */
export interface Tabs {
  /** The user's stream, run by one tab for all: `own` is how this one would, and goes on after `place`. */
  shareStream: (me: ConnectedUser, options: { own: ConversationSource; place: Place }) => ConversationSource
  /** Has an outbox in common with the other tabs: what is told in one of them is taken in all. */
  joinOutbox: (me: ConnectedUser, outbox: TabOutbox) => OutboxOfTabs
  /** Tells the other tabs what is read in this one, and emits what is read in them. */
  shareMarks: (name: string, own$: Observable<ReadMark>) => Observable<ReadMark>
}

/** A conversation, and up to when it was read. */
export type ReadMark = readonly [id: string, createdAt: string]

/** One tab's outbox of a conversation. */
export interface TabOutbox {
  state: () => Timeline
  take: (input: SendInput) => void
  /** The keys of messages that may have arrived. */
  started: Set<string>
  /** Sends what is unsent, in its turn. */
  run: () => void
}

/** An outbox that tabs have in common. */
export interface OutboxOfTabs {
  tell: (input: SendInput) => void
  /**
   * Does work while no other tab does: it waits for its turn. Resolves when the work is done, or was not begun.
   *
   * `isOver`: another tab has taken the turn, or the page was put to sleep.
   */
  inTurn: (work: (isOver: () => boolean) => Promise<void>) => Promise<void>
  leave: () => void
}
