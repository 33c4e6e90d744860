import type { ConnectedUser } from '@parley/core'
import type { Tabs } from '../tabs/tabs.ts'
import type { ConversationSource } from './conversation-source.ts'
import { orElse } from './or-else.ts'
import { createStreamSource } from './stream-source.ts'
import { partOf, userStreamOf } from './user-stream.ts'

/** A conversation's part of the user's one stream, or a stream of its own where the server has no such thing. */
export function createSource(
  me: ConnectedUser,
  id: string,
  tabs: Tabs | false | undefined,
): ConversationSource {
  const userStream = userStreamOf(me, tabs)
  const own = createStreamSource((options) => me.listenConversation({ ...options, id, onGap: 'report' }))
  return {
    items$: orElse(partOf(userStream.items$, id), () => own.items$),
    wake() {
      userStream.wake()
      own.wake()
    },
  }
}
