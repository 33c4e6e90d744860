import type { ConnectedUser } from '@parley/core'
import type { Observable } from 'rxjs'
import type { ConversationSource, ResumeCursor } from '../stream/stream-source.ts'
import type { SendAction, Timeline } from '../timeline/timeline.ts'

/** The state that the tabs of one user share. Pass it as an option; its methods are internal to this package. */
export interface TabCoordinator {
  /** The user's stream, which the leader tab holds for all. `own` is this tab's stream, which resumes at `cursor`. */
  shareStream: (
    me: ConnectedUser,
    options: { own: ConversationSource; cursor: ResumeCursor },
  ) => ConversationSource
  /** Shares an outbox with the other tabs: each action of one tab is dispatched in all. */
  joinOutbox: (me: ConnectedUser, outbox: TabOutbox) => SharedOutbox
  /** Sends the read markers of this tab to the other tabs, and emits theirs. */
  shareReadMarkers: (name: string, own$: Observable<ReadMarker>) => Observable<ReadMarker>
}

/** The id of a conversation, and the time of its newest read message. */
export type ReadMarker = readonly [id: string, createdAt: string]

/** This tab's outbox of a conversation. */
export interface TabOutbox {
  getTimeline: () => Timeline
  dispatch: (action: SendAction) => void
  /** The keys of messages that the server may have stored. */
  maybeDelivered: Set<string>
  /** Sends the pending messages once this tab is the leader of the outbox. */
  run: () => void
}

/** An outbox that tabs share. */
export interface SharedOutbox {
  /** Sends an action to the other tabs. */
  post: (action: SendAction) => void
  /**
   * Runs work while no other tab does, after leader election. Resolves when the work is done or was not started.
   *
   * `isLockLost`: another tab has taken the lock, or the page is frozen.
   */
  runExclusive: (work: (isLockLost: () => boolean) => Promise<void>) => Promise<void>
  leave: () => void
}

/** Resolves the option `tabs`. By default, loads `createTabCoordinator` on first use in pages that support it. */
export async function resolveTabCoordinator(
  option: TabCoordinator | false | undefined,
): Promise<TabCoordinator | undefined> {
  if (option !== undefined) return option || undefined
  // Node and workers have locks, but no tabs.
  if (typeof document === 'undefined' || !navigator.locks) return undefined
  // If the module cannot be loaded or channels are blocked, tabs share nothing.
  return import('./create-tab-coordinator.ts')
    .then(({ createTabCoordinator }) => createTabCoordinator())
    .catch(() => undefined)
}
