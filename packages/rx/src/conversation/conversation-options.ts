import type { Clock, Message, StorageOption } from '@parley/core'
import type { Tabs } from '../tabs/tabs.ts'

export interface ConversationOptions {
  /**
   * Messages to begin with, as `listMessages` gave them to a server that rendered the page: without a gap between them. They are
   * shown at once, and compared with what the server has when the conversation connects.
   */
  initialMessages?: readonly Message[] | undefined
  /**
   * Stores unsent messages, so that they survive a reload. `'local'` is the page's `localStorage`. A storage that fails
   * or is blocked counts as empty.
   */
  storage?: StorageOption<ChatStorage> | undefined
  /**
   * How the tabs of a user share one connection and what is unsent; the same for all that is opened of one user. Default: in pages
   * that can, as `shareTabs` of `@parley/rx/tabs` does; elsewhere, and with `false`, each is on its own.
   */
  tabs?: Tabs | false | undefined
  /** How many messages a page has, on servers that can be asked for a number. Default: 20. */
  pageSize?: number | undefined
  /** Says that the user is typing by an event with the payload `{ type: 'typing' }`, on servers without typing. Default: false. */
  typingEvents?: boolean | undefined
  /** How long the stream is kept after the last subscriber left. Default: 500. */
  disconnectDelayMs?: number | undefined
  /** Time, for tests. Default: the system's. */
  clock?: Clock | undefined
  /** Randomness between 0 and 1, for the waits between attempts. Default: `Math.random`. */
  random?: (() => number) | undefined
}

/** The part of `localStorage` that keeps what is unsent, one entry a conversation; its methods may also return promises. */
export interface ChatStorage {
  getItem: (name: string) => string | null | undefined | Promise<string | null | undefined>
  setItem: (name: string, value: string) => unknown
  removeItem: (name: string) => unknown
}
