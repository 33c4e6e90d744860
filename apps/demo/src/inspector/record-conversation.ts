import type { ConnectedUser } from '@parley/core'
import { openConversation, type LiveConversation } from '@parley/rx'
import { useEffect, useMemo } from 'react'
import { distinctUntilChanged, merge, tap, type Subscription } from 'rxjs'
import type { WireLog } from '../wire/wire-log.ts'

/**
 * Opens the conversation a second time with `@parley/rx`, independently of the chat, and records it in the log. Both
 * share the user's stream, so both are affected by network faults.
 */
export function useShadowConversation(
  log: WireLog,
  me: ConnectedUser | undefined,
  conversationId: string | undefined,
): LiveConversation | undefined {
  const shadowConversation = useMemo(
    () => (me && conversationId !== undefined ? openConversation(me, conversationId) : undefined),
    [me, conversationId],
  )
  useEffect(() => {
    if (!shadowConversation) return
    const recording = recordConversation(log, shadowConversation)
    return () => recording.unsubscribe()
  }, [log, shadowConversation])
  return shadowConversation
}

/** Records every signal of a conversation and every change of its connection, until unsubscribed. */
export function recordConversation(
  log: WireLog,
  { id: conversationId, signals$, connection$ }: Pick<LiveConversation, 'id' | 'signals$' | 'connection$'>,
  now: () => number = Date.now,
): Subscription {
  const createBase = () => ({ key: log.nextKey(), at: now(), conversationId })
  let lastSignalAt: number | undefined
  let wasLost = false

  const signalsRecorded$ = signals$.pipe(
    tap((signal) => {
      const base = createBase()
      const gap = lastSignalAt === undefined ? {} : { gapMs: base.at - lastSignalAt }
      lastSignalAt = base.at
      log.put({ kind: 'signal', ...base, signal, ...gap })
    }),
  )
  const connectionRecorded$ = connection$.pipe(
    distinctUntilChanged(),
    tap((connection) => {
      const isOnline = connection.state === 'online'
      log.put({ kind: 'connection', ...createBase(), connection, isReconnection: isOnline && wasLost })
      wasLost = !isOnline && (wasLost || connection.state !== 'connecting')
    }),
  )
  // Subscribe to the connection first, so that its state is recorded before any signal.
  return merge(connectionRecorded$, signalsRecorded$).subscribe()
}
