import type { ConnectedUser } from '@parley/core'
import type { RetryPolicy } from '../time/retry-policy.ts'
import type { TimelineStore } from './timeline-store.ts'

/** Shared by the parts of one conversation. */
export interface ConversationDependencies extends RetryPolicy, TimelineStore {
  me: ConnectedUser
  /** The id of the conversation. */
  id: string
}
