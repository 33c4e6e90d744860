import { createChat, type ConnectedUser } from '@parley/core'

/**
 * Connects with short timeouts and reconnect delays. The idle timeout is still long enough for the pings of a server
 * on a busy machine.
 */
export function connectFast(
  url: string,
  options: { id?: string; random?: () => number } = {},
): Promise<ConnectedUser> {
  const { id, random = Math.random } = options
  const chat = createChat({
    url,
    idleTimeoutMs: 600,
    timeoutMs: 1_500,
    retry: { attempts: 2, baseDelayMs: 20, maxDelayMs: 100 },
    // Keeps the random backoff short.
    random: () => random() * 0.05,
  })
  // No test is about creating a user, and the client does not retry it.
  return chat.connect({ ...(id === undefined ? {} : { id }), timeoutMs: 60_000 })
}

/** Options with short delays for a conversation or an inbox. */
export function fastOptions(random: () => number = Math.random): {
  random: () => number
  disconnectDelayMs: number
} {
  return { random: () => random() * 0.05, disconnectDelayMs: 50 }
}

/** Creates a conversation of `owner` and adds `participants`. @returns Its id. */
export async function createConversationWith(
  owner: ConnectedUser,
  ...participants: ConnectedUser[]
): Promise<string> {
  const { conversation } = await owner.createConversation()
  for (const { user } of participants)
    await owner.addParticipant({ conversationId: conversation.id, userId: user.id })
  return conversation.id
}
