import type { ConnectState } from '@parley/rx/session'
import { createContext, useContext, type Context } from 'react'
import type { View } from '../state/view.ts'

/**
 * The connection state of a provider; `state` is the discriminant. While `connecting`, network failures are retried,
 * and `error` is the failure of the last attempt. `failed`: a permanent error, such as `Unauthorized` or
 * `ResourceNotFound`.
 */
export type ChatState = ConnectState & {
  /** Connects immediately, instead of after the backoff. Also retries after a permanent error. */
  retry: () => void
}

/** One value for everything that belongs to a user, so that no render combines two users. */
export interface ChatContextValue {
  readonly chat: ChatState
  readonly view: View
  /** Called when the value changes, to resume suspended components. */
  readonly resolvers: Set<() => void>
}

export const ChatContext: Context<ChatContextValue | undefined> = createContext<ChatContextValue | undefined>(
  undefined,
)

/** @throws Error if the component has no provider above it. */
export function useChatContext(): ChatContextValue {
  const value = useContext(ChatContext)
  if (!value) throw new Error(missingProvider)
  return value
}

const missingProvider =
  'Unable to use the chat; there is no <ChatProvider> above this component. ' +
  'Wrap it: <ChatProvider url="…">…</ChatProvider>.'
