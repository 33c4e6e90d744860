import type { Session } from '@parley/rx/session'
import { createContext, useContext, type Context } from 'react'
import type { ChatState } from './chat-state.ts'

/** What a provider gives to those below: all of one user at once, so that nobody sees two users in one render. */
export interface ChatContextValue {
  readonly chat: ChatState
  readonly session: Session
  /** Those who wait for another value. */
  readonly waiting: Set<() => void>
}

export const ChatContext: Context<ChatContextValue | undefined> = createContext<ChatContextValue | undefined>(
  undefined,
)

/** @throws Where there is no provider above. */
export function useChatContext(): ChatContextValue {
  const value = useContext(ChatContext)
  if (!value) throw new Error(noProvider)
  return value
}

const noProvider =
  'Unable to use the chat; there is no <ChatProvider> above this component. Wrap it: <ChatProvider url="…">…</ChatProvider>.'
