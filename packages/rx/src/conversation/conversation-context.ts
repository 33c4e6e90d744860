import type { ConnectedUser } from '@parley/core'
import type { RetryPolicy } from '../time/retry-policy.ts'
import type { ReducedState } from '../time/state.ts'
import type { Timeline, TimelineAction } from '../timeline/timeline.ts'

/** Shared by the parts of one conversation. */
export interface ConversationContext extends RetryPolicy {
  me: ConnectedUser
  /** The id of the conversation. */
  id: string
  timeline: ReducedState<Timeline, TimelineAction>
}
