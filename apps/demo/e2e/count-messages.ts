import type { ConnectedUser } from '@parley/core'

/** How many messages the server has of a conversation. */
export async function countMessages(me: ConnectedUser, conversationId: string): Promise<number> {
  let count = 0
  for await (const _ of me.listMessages.all({ conversationId })) count++
  return count
}
