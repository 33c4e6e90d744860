import type { LiveConversation } from '@parley/rx'
import { distinctUntilChanged, merge, tap, type Subscription } from 'rxjs'
import type { WireLog } from '../wire/wire-log.ts'

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
