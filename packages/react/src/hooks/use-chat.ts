import { useChatContext } from '../provider/chat-context.ts'
import type { ChatState } from '../provider/chat-state.ts'

/** What the provider is at: connecting, connected as a user, or failed for good. */
export function useChat(): ChatState {
  return useChatContext().chat
}
