import type { UserKey } from '../http/user-key.ts'

/** Whose signals of what a stream carries. */
export type StreamTarget = { userId: string; userKey: UserKey } & (
  | { name: 'listenConversation'; conversationId: string }
  | { name: 'listenUser'; conversationId?: never }
)
