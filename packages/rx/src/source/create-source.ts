import type { ConnectedUser } from '@parley/core'
import type { TabCoordinator } from '../tabs/tab-coordinator.ts'
import type { ConversationSource } from './conversation-source.ts'
import { createStreamSource } from './stream-source.ts'
import { forConversation, getUserStream } from './user-stream.ts'
import { withFallback } from './with-fallback.ts'

/** The signals of one conversation: from the user's stream, or from its own stream if the server has no user stream. */
export function createSource(
  me: ConnectedUser,
  id: string,
  tabs: TabCoordinator | false | undefined,
): ConversationSource {
  const userStream = getUserStream(me, tabs)
  const own = createStreamSource((options) => me.listenConversation({ ...options, id, onGap: 'report' }))
  return {
    items$: withFallback(forConversation(userStream.items$, id), () => own.items$),
    reconnectNow() {
      userStream.reconnectNow()
      own.reconnectNow()
    },
  }
}
