import type { Clock } from '@parley/core'
import type { Tabs } from '../tabs/tabs.ts'

export interface ConversationOptions {
  /** Keeps what is unsent over a reload, such as `localStorage`. A storage that fails counts as empty. */
  storage?: OutboxStorage | undefined
  /**
   * How the tabs of a user share one connection and what is unsent; the same for all that is opened of one user. Default: in pages
   * that can, as `shareTabs` of `@parley/rx/tabs` does; elsewhere, and with `false`, each is on its own.
   */
  tabs?: Tabs | false | undefined
  /** How many messages a page has, on servers that can be asked for a number. Default: 20. */
  pageSize?: number
  /** Says that the user is typing by an event with the payload `{ type: 'typing' }`, on servers without typing. Default: false. */
  typingEvents?: boolean
  /** How long the stream is kept after the last subscriber left. Default: 500. */
  graceMs?: number
  /** Time, for tests. Default: the system's. */
  clock?: Clock
  /** Randomness between 0 and 1, for the waits between attempts. Default: `Math.random`. */
  random?: () => number
}

/** The part of `localStorage` that keeps what is unsent, one entry a conversation; its methods may also return promises. */
export interface OutboxStorage {
  getItem: (name: string) => string | null | undefined | Promise<string | null | undefined>
  setItem: (name: string, value: string) => unknown
  removeItem: (name: string) => unknown
}
