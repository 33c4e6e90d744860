import type { ChatMessage, SentMessage, UnsentMessage, WrittenMessage } from './chat-message.ts'

/** What is known of one conversation's messages. It is never changed: `fold` makes a new one. */
export interface Timeline {
  readonly conversationId: string
  /** The user who looks at it. */
  readonly userId: string
  /** All of them as they are shown: what the server has, then what is being written, then what is unsent. */
  readonly messages: readonly ChatMessage[]
  /** In the server's order. */
  readonly sent: readonly SentMessage[]
  /** Later copies of messages that are in `sent`: a client that could not know better sent them twice. */
  readonly copies: readonly SentMessage[]
  /** In the order in which they were begun. */
  readonly written: readonly WrittenMessage[]
  /** In the order of sending. */
  readonly unsent: readonly UnsentMessage[]
  /** What was there and must not come back: ids of deleted messages, their keys, and streams that ended. */
  readonly gone: ReadonlySet<string>
}

/** A timeline in the making. Its lists are replaced, never changed: others have them. */
export type Draft = { -readonly [Key in keyof Timeline]: Timeline[Key] }

export function emptyTimeline(conversationId: string, userId: string): Timeline {
  return {
    conversationId,
    userId,
    messages: [],
    sent: [],
    copies: [],
    written: [],
    unsent: [],
    gone: new Set(),
  }
}
