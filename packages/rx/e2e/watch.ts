import type { ChatMessage, ConversationConnection, LiveConversation } from '../src/index.ts'

export interface Watched {
  readonly latest: { messages: readonly ChatMessage[]; connection: ConversationConnection | undefined }
  stop: () => void
}

/** Subscribes to a conversation and records the latest values. */
export function watch(conversation: LiveConversation): Watched {
  const seen = {
    messages: [] as readonly ChatMessage[],
    connection: undefined as ConversationConnection | undefined,
  }
  const subscription = conversation.messages$.subscribe((messages) => (seen.messages = messages))
  subscription.add(conversation.connection$.subscribe((connection) => (seen.connection = connection)))
  return { latest: seen, stop: () => subscription.unsubscribe() }
}
