import type { ConnectedUser } from '@parley/core'

/** Counts the stored messages of a conversation on the server. */
export async function countMessages(me: ConnectedUser, conversationId: string): Promise<number> {
  let count = 0
  for await (const _ of me.listMessages.all({ conversationId })) count++
  return count
}
