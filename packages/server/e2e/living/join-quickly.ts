import { createChat, type ConnectedUser } from '@parley/core'

/** Connects with waits in which milliseconds stand for seconds, and stretches of silence that a busy machine still keeps to. */
export function joinQuickly(
  url: string,
  options: { id?: string; random?: () => number } = {},
): Promise<ConnectedUser> {
  const { id, random = Math.random } = options
  const chat = createChat({
    url,
    idleTimeoutMs: 600,
    timeoutMs: 1_500,
    retry: { attempts: 2, baseDelayMs: 20, maxDelayMs: 100 },
    random: () => random() * 0.05,
  })
  // Becoming a user cannot be repeated, and is not what a test is about.
  return chat.connect({ ...(id === undefined ? {} : { id }), timeoutMs: 60_000 })
}

/** The same of a conversation or an inbox. */
export function quick(random: () => number = Math.random): {
  random: () => number
  disconnectDelayMs: number
} {
  return { random: () => random() * 0.05, disconnectDelayMs: 50 }
}

/** Makes a conversation that the first of them owns, and all take part in. @returns Its id. */
export async function gather(owner: ConnectedUser, ...others: ConnectedUser[]): Promise<string> {
  const { conversation } = await owner.createConversation()
  for (const { user } of others)
    await owner.addParticipant({ conversationId: conversation.id, userId: user.id })
  return conversation.id
}
