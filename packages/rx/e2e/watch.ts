import type { ChatMessage, ConversationConnection, LiveConversation } from '../src/index.ts'

export interface Watched {
  readonly seen: { messages: readonly ChatMessage[]; connection: ConversationConnection | undefined }
  stop: () => void
}

/** Subscribes, and keeps the latest. */
export function watch(conversation: LiveConversation): Watched {
  const seen = {
    messages: [] as readonly ChatMessage[],
    connection: undefined as ConversationConnection | undefined,
  }
  const watching = conversation.messages$.subscribe((messages) => (seen.messages = messages))
  watching.add(conversation.connection$.subscribe((connection) => (seen.connection = connection)))
  return { seen, stop: () => watching.unsubscribe() }
}
