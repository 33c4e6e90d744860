import type { LiveConversation } from '@parley/rx'
import { distinctUntilChanged, merge, tap, type Subscription } from 'rxjs'
import type { WireLog } from '../wire/wire-log.ts'

/** Writes down every signal of a conversation and every change of its connection, until it is unsubscribed from. */
export function recordConversation(
  log: WireLog,
  { id: conversationId, signals$, connection$ }: Pick<LiveConversation, 'id' | 'signals$' | 'connection$'>,
  now: () => number = Date.now,
): Subscription {
  const entry = () => ({ key: log.nextKey(), at: now(), conversationId })
  let lastSignalAt: number | undefined
  let wasLost = false

  const signalsRecorded$ = signals$.pipe(
    tap((signal) => {
      const its = entry()
      const gap = lastSignalAt === undefined ? {} : { gapMs: its.at - lastSignalAt }
      lastSignalAt = its.at
      log.put({ kind: 'signal', ...its, signal, ...gap })
    }),
  )
  const connectionRecorded$ = connection$.pipe(
    distinctUntilChanged(),
    tap((connection) => {
      const isOnline = connection.state === 'online'
      log.put({ kind: 'connection', ...entry(), connection, isReturn: isOnline && wasLost })
      wasLost = !isOnline && (wasLost || connection.state !== 'connecting')
    }),
  )
  // The connection first: a signal is never heard before it.
  return merge(connectionRecorded$, signalsRecorded$).subscribe()
}
