import type { Clock, Message, StorageOption } from '@parley/core'
import type { TabCoordinator } from '../tabs/tab-coordinator.ts'

export interface ConversationOptions {
  /**
   * Messages to display immediately, such as those listed during server rendering: a `listMessages` result, newest
   * first and without gaps. They are compared with the server when the conversation connects.
   */
  initialMessages?: readonly Message[] | undefined
  /**
   * Stores pending messages, so that they survive a reload. `'local'` is the page's `localStorage`. A storage that
   * fails or is blocked counts as empty.
   */
  storage?: StorageOption<ChatStorage> | undefined
  /**
   * How the tabs of a user share one connection and their pending messages. Use the same value for all conversations
   * and inboxes of a user. Default: `createTabCoordinator` of `@parley/rx/tabs` in pages that support it. `false`: tabs
   * share nothing.
   */
  tabs?: TabCoordinator | false | undefined
  /** The number of messages per page, if the server supports page sizes. Default: 20. */
  pageSize?: number | undefined
  /**
   * Sends typing as a custom event with the payload `{ type: 'typing' }` if the server has no typing signals. Default:
   * false.
   */
  typingEvents?: boolean | undefined
  /** The delay between the last unsubscription and closing the stream. Default: 500. */
  disconnectDelayMs?: number | undefined
  /** For tests. Default: the system clock. */
  clock?: Clock | undefined
  /** Returns a number between 0 and 1, for the jitter of retries. Default: `Math.random`. */
  random?: (() => number) | undefined
}

/**
 * The storage for pending messages and other data of the chat: the part of `localStorage` that the chat uses. The
 * methods may also return promises.
 */
export interface ChatStorage {
  getItem: (name: string) => string | null | undefined | Promise<string | null | undefined>
  setItem: (name: string, value: string) => unknown
  removeItem: (name: string) => unknown
}
