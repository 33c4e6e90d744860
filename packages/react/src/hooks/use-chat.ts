import { useChatContext, type ChatState } from '../provider/chat-context.ts'

/** Returns the connection state of the provider, the connected user, and `retry`. */
export function useChat(): ChatState {
  return useChatContext().chat
}
