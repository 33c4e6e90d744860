import type { UserKey } from '../http/user-key.ts'

/** The user and, for `listenConversation`, the conversation that a stream is for. */
export type StreamTarget = { userId: string; userKey: UserKey } & (
  | { operation: 'listenConversation'; conversationId: string }
  | { operation: 'listenUser'; conversationId?: never }
)
