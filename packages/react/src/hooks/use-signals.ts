import type { ChatSignal, WithCustomTypes } from '@parley/core'
import { useEffect } from 'react'
import { useChatContext } from '../provider/chat-context.ts'
import { withRegisteredTypes, type RegisteredSchemas } from '../register.ts'
import { useLatest } from './use-latest.ts'

type Signal = WithCustomTypes<ChatSignal, RegisteredSchemas>

/**
 * Calls the handler with every signal of a conversation, including unknown types. A `discontinuity` means that signals
 * may be missing. Changing the handler does not resubscribe.
 *
 * @param id - Default: the current conversation.
 */
export function useSignals(handler: (signal: Signal) => void, id?: string): void {
  const { conversation } = useChatContext().view.conversation(id)
  const latest = useLatest(handler)
  useEffect(() => {
    const subscription = conversation.signals$.subscribe((signal) =>
      latest.current(withRegisteredTypes(signal)),
    )
    return () => subscription.unsubscribe()
  }, [conversation, latest])
}
