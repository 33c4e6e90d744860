import type { ChatSignal } from '@parley/core'
import { useEffect } from 'react'
import { EMPTY, switchMap } from 'rxjs'
import { useChatContext } from '../provider/chat-context.ts'
import { useLatest } from './use-latest.ts'

/**
 * Calls the handler with every signal of a conversation, including unknown types. A `discontinuity` means that signals
 * may be missing. Changing the handler does not resubscribe.
 *
 * @param id - Default: the current conversation.
 */
export function useSignals(handler: (signal: ChatSignal) => void, id?: string): void {
  const { conversation } = useChatContext().session
  const latest = useLatest(handler)
  useEffect(() => {
    const signals$ = conversation(id).ref.handle$.pipe(switchMap((handle) => handle?.signals$ ?? EMPTY))
    const subscription = signals$.subscribe((signal) => latest.current(signal))
    return () => subscription.unsubscribe()
  }, [conversation, id, latest])
}
