import { useChatContext } from '../provider/chat-context.ts'
import type { ChatState } from '../provider/chat-state.ts'

/** Returns the connection state of the provider, the connected user, and `retry`. */
export function useChat(): ChatState {
  return useChatContext().chat
}
