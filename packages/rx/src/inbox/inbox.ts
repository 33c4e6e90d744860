import type {
  Clock,
  Conversation,
  ConnectionStatus,
  NoSchemas,
  StorageOption,
  KeyValueStorage,
} from '@parley/core'
import type { Observable } from 'rxjs'
import type { LoadState } from '../conversation/load-state.ts'
import type { TabCoordinator } from '../tabs/tab-coordinator.ts'
import type { StoredMessage } from '../timeline/chat-message.ts'

/** The user's conversations as observables. Updated by the user's stream, or by polling if there is none. */
export interface Inbox<Schemas = NoSchemas> {
  /** All conversations, newest activity first. Emits once they are loaded; replays the latest value. */
  readonly conversations$: Observable<readonly InboxConversation<Schemas>[]>
  /**
   * Whether the conversations are loaded, possibly none. `error` is a permanent error of listing or of the stream.
   * Replays the latest value.
   */
  readonly loadState$: Observable<LoadState>
  /** The state of the user's stream. With polling, `online` after each response. Replays the latest value. */
  readonly connection$: Observable<ConnectionStatus>
  /** Sets the conversations in view. Their last messages are loaded and kept up to date. */
  setVisible: (ids: readonly string[]) => void
  /** Marks all known messages of a conversation as read on this device. */
  markRead: (id: string) => void
  /** Skips the current backoff or polling delay. */
  reconnectNow: () => void
}

/** A conversation in the inbox. An unchanged conversation remains the same object. */
export interface InboxConversation<Schemas = NoSchemas> {
  readonly id: string
  readonly conversation: Conversation
  /** Undefined until the conversation was in view or received a message. */
  readonly lastMessage?: StoredMessage<Schemas>
  /**
   * The number of messages from others since the conversation was last marked as read on this device, and since the
   * user joined. Exact within the 20 newest messages; `hasMoreUnread` says whether there may be more. Undefined until
   * the conversation was in view.
   */
  readonly unread?: number
  /** There may be more unread messages than `unread`: display "20+". Undefined if `unread` is. */
  readonly hasMoreUnread?: boolean
}

export interface InboxOptions {
  /**
   * Stores read markers on this device. `'local'` is the page's `localStorage`. Messages from before the first visit
   * count as read. If the user is added to a conversation later, earlier messages count as read: exactly while the
   * inbox is open, otherwise those from before the last listing.
   */
  storage?: StorageOption<KeyValueStorage> | undefined
  /** How the tabs of a user share one connection; see `openConversation`. */
  tabs?: TabCoordinator | false | undefined
  /** The polling interval if the server has no stream of all conversations. Default: 30,000. */
  pollIntervalMs?: number | undefined
  /** The delay between the last unsubscription and closing the stream. Default: 500. */
  disconnectDelayMs?: number | undefined
  /** For tests. Default: the system clock. */
  clock?: Clock | undefined
  /** Returns a number between 0 and 1, for the jitter of retries. Default: `Math.random`. */
  random?: (() => number) | undefined
}
