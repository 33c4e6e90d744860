import type {
  Clock,
  Conversation,
  ConnectionStatus,
  NoSchemas,
  StorageOption,
  KeyValueStorage,
} from '@parley/core'
import type { Observable } from 'rxjs'
import type { Tabs } from '../tabs/tabs.ts'
import type { StoredMessage } from '../timeline/chat-message.ts'

/** The user's conversations as observables: live where the server has a stream for them, asked for every now and then elsewhere. */
export interface Inbox<Schemas = NoSchemas> {
  /** All conversations, those with the newest activity first. Emits when they are known first; replays the latest. */
  readonly conversations$: Observable<readonly InboxConversation<Schemas>[]>
  /** How the user's stream is; where there is none, `online` with the last answer. Replays the latest. */
  readonly connection$: Observable<ConnectionStatus>
  /** Says which conversations are in view: their last messages are loaded, and kept up. */
  show: (ids: readonly string[]) => void
  /** Marks all that is known of a conversation as read on this device. */
  markRead: (id: string) => void
  /** Tries at once what is waited for, or asks anew. */
  reconnectNow: () => void
}

/** A conversation in the inbox. The object stays the same as long as nothing in it changes. */
export interface InboxConversation<Schemas = NoSchemas> {
  readonly id: string
  readonly conversation: Conversation
  /** Undefined until it was in view, or somebody wrote. */
  readonly lastMessage?: StoredMessage<Schemas>
  /**
   * The number of messages from others since the conversation was last marked as read on this device, and since the
   * user joined. Exact within the 20 newest messages; `hasMoreUnread` says whether there may be more. Undefined until
   * the conversation was in view.
   */
  readonly unread?: number
  /** There may be more unread messages than `unread`: show "20+". Undefined if `unread` is. */
  readonly hasMoreUnread?: boolean
}

export interface InboxOptions {
  /**
   * Stores read marks on this device. `'local'` is the page's `localStorage`. Messages from before the first visit
   * count as read. If the user is added to a conversation later, earlier messages count as read: exactly while the
   * inbox is open, otherwise those from before the last listing.
   */
  storage?: StorageOption<KeyValueStorage> | undefined
  /** How the tabs of a user share one connection: as with `openConversation`. */
  tabs?: Tabs | false | undefined
  /** How often to ask, where the server has no stream of all conversations. Default: 30,000. */
  pollMs?: number | undefined
  /** How long the stream is kept after the last subscriber left. Default: 500. */
  disconnectDelayMs?: number | undefined
  /** Time, for tests. Default: the system's. */
  clock?: Clock | undefined
  /** Randomness between 0 and 1, for the waits between attempts. Default: `Math.random`. */
  random?: (() => number) | undefined
}
