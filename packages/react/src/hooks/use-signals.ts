import type { ChatSignal } from '@parley/core'
import { useEffect } from 'react'
import { EMPTY, switchMap } from 'rxjs'
import { useChatContext } from '../provider/chat-context.ts'
import { useLatest } from './use-latest.ts'

/**
 * Calls a handler with every signal of a conversation as it comes, also of unknown types; a `discontinuity` says that some may have
 * been missed. Another handler does not subscribe anew.
 */
export function useSignals(handler: (signal: ChatSignal) => void, id?: string): void {
  const { conversation } = useChatContext().session
  const latest = useLatest(handler)
  useEffect(() => {
    const signals$ = conversation(id).place.handle$.pipe(switchMap((living) => living?.signals$ ?? EMPTY))
    const listening = signals$.subscribe((signal) => latest.current(signal))
    return () => listening.unsubscribe()
  }, [conversation, id, latest])
}
